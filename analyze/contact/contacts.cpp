#include "analyze/contact/contacts.h"

#include <algorithm>

#include "analyze/contact/endpoint_choice.h"

namespace waybill {
namespace {

template <typename Value>
void add_distinct(std::vector<Value>& values, const Value& value, std::size_t bound)
{
    if (values.size() < bound && std::ranges::find(values, value) == values.end())
        values.push_back(value);
}

void append_number(std::string& text, std::uint64_t number)
{
    for (unsigned shift = 0; shift < 64; shift += 8)
        text += static_cast<char>(number >> shift & 0xffU);
}

std::string lower_case(std::string_view name)
{
    std::string lower{name};
    for (char& character : lower)
        if (character >= 'A' && character <= 'Z')
            character = static_cast<char>(character - 'A' + 'a');
    if (lower.size() > 1 && lower.ends_with('.'))
        lower.pop_back();
    return lower;
}

/// What makes a contact one: owner, transport, port, and the name or else the address.
void build_key(std::string& key, const Flow& flow, const std::optional<ChosenName>& name, const Owner& owner)
{
    key.clear();
    append_number(key, owner.process);
    append_number(key, static_cast<unsigned>(number(target_port(flow))) << 8U |
                           static_cast<unsigned>(flow.transport) << 1U | (flow.tunnel_depth > 0 ? 1U : 0U));
    if (name) {
        key += 'n';
        for (const char character : name->name)
            key += character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
        if (key.ends_with('.'))
            key.pop_back();
    } else {
        key += 'a';
        key += as_text(flow.server.address.octets());
    }
}

/// Whether the name as seen is that host, case and a last dot aside.
bool is_host(std::string_view name, const std::optional<std::string>& host)
{
    if (name.size() > 1 && name.ends_with('.'))
        name.remove_suffix(1);
    return host && name.size() == host->size() && (name == *host || lower_case(name) == *host);
}

void add_names(Contact& contact, const Flow& flow)
{
    for (const NameClue& clue : flow.facts.names) {
        if (is_host(clue.name, contact.endpoint.host))
            add_distinct(contact.name_sources, clue.source, Contact::kept_names);
        else if (!contact.endpoint.host && clue.source == NameSource::dns_answer)
            add_distinct(contact.candidates, lower_case(clue.name), Contact::kept_names);
        else if (clue.source != NameSource::dns_answer)
            add_distinct(contact.other_names, lower_case(clue.name), Contact::kept_names);
    }
}

/// The better known of two: an answer that named one flow's address stands for the contact.
Resolution stronger(Resolution left, Resolution right)
{
    return std::min(left, right);
}

Intervals intervals_of(const std::vector<Timestamp>& starts, Timestamp last_start, std::uint64_t flows)
{
    std::vector<std::chrono::nanoseconds> between;
    for (std::size_t i = 1; i < starts.size(); ++i)
        between.push_back(time_between(starts[i - 1], starts[i]));
    std::ranges::sort(between);
    const auto mean = time_between(starts.front(), last_start) / static_cast<std::int64_t>(flows - 1);
    return {between.front(), between[between.size() / 2], between.back(), mean};
}

}  // namespace

ContactTable::Tally* ContactTable::find_or_create(const Flow& flow, const ContactContext& context)
{
    const auto name = choose_name(flow);
    build_key(key_, flow, name, *context.owner);
    if (const auto known = by_key_.find(std::string_view{key_}); known != by_key_.end())
        return &tallies_[known->second];
    if (tallies_.size() >= max_contacts)
        return nullptr;
    by_key_.emplace(key_, tallies_.size());
    Tally& tally = tallies_.emplace_back();
    Contact& contact = tally.contact;
    contact.id = tallies_.size();
    contact.owner = *context.owner;
    contact.endpoint = {std::nullopt, flow.server.address, target_port(flow), flow.transport};
    contact.resolution = context.resolution;
    contact.tunnelled = flow.tunnel_depth > 0;
    contact.packets = flow.packets;
    contact.first = flow.first;
    contact.last = flow.last;
    tally.last_start = flow.first;
    if (name) {
        contact.endpoint.host = lower_case(name->name);
        contact.name_source = name->source;
    }
    return &tally;
}

std::uint64_t ContactTable::add(const Flow& flow, const ContactContext& context)
{
    Tally* const tally = find_or_create(flow, context);
    if (tally == nullptr) {
        gaps_->add(GapKind::contacts_bound);
        return 0;
    }
    Contact& contact = tally->contact;
    ++contact.flow_count;
    contact.out += flow.out;
    contact.in += flow.in;
    contact.resolution = stronger(contact.resolution, context.resolution);
    contact.outer_name_only += flow.facts.ech == EchState::outer_name_only ? 1 : 0;
    if (flow.first < contact.first) {
        contact.packets = flow.packets;
        contact.endpoint.address = flow.server.address;
    }
    contact.first = std::min(contact.first, flow.first);
    contact.last = std::max(contact.last, flow.last);
    tally->last_start = std::max(tally->last_start, flow.first);
    if (flow.facts.protocol != Protocol::unknown)
        add_distinct(contact.protocols, flow.facts.protocol, Contact::kept_names);
    add_names(contact, flow);
    auto& starts = tally->starts;
    if (starts.size() < Contact::kept_flows || flow.id < starts.back().flow) {
        starts.insert(std::ranges::upper_bound(starts, flow.id, {}, &Start::flow), {flow.id, flow.first});
        if (starts.size() > Contact::kept_flows)
            starts.pop_back();
    }
    return contact.id;
}

std::vector<Contact> ContactTable::finish()
{
    std::vector<Contact> contacts;
    contacts.reserve(tallies_.size());
    for (Tally& tally : tallies_) {
        Contact& contact = tally.contact;
        std::vector<Timestamp> times;
        for (const Start& start : tally.starts) {
            contact.flows.push_back(start.flow);
            times.push_back(start.time);
        }
        std::ranges::sort(times);
        if (contact.flow_count > 1 && times.size() > 1)
            contact.intervals = intervals_of(times, tally.last_start, contact.flow_count);
        contacts.push_back(std::move(contact));
    }
    by_key_.clear();
    tallies_.clear();
    return contacts;
}

}  // namespace waybill
