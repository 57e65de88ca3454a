#include "analyze/contact/contacts.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <tuple>

#include "analyze/contact/endpoint_choice.h"
#include "base/ascii.h"

namespace waybill {
namespace {

template <typename Value>
void add_distinct(std::vector<Value>& values, const Value& value, std::size_t bound)
{
    if (values.size() < bound && std::ranges::find(values, value) == values.end())
        values.push_back(value);
}

/// The name as a contact has it: in lower case, without a last dot. Written into `lower`, whose memory is used again.
void write_host(std::string_view name, std::string& lower)
{
    lower.resize(name.size());
    std::ranges::transform(name, lower.begin(), to_lower);
    if (lower.size() > 1 && lower.ends_with('.'))
        lower.pop_back();
}

std::string host_of(std::string_view name)
{
    std::string lower;
    write_host(name, lower);
    return lower;
}

/// Whether the name as seen is that host, case and a last dot aside.
bool is_host(std::string_view name, const std::optional<std::string>& host)
{
    if (name.size() > 1 && name.ends_with('.'))
        name.remove_suffix(1);
    return host && name.size() == host->size() && (name == *host || host_of(name) == *host);
}

void add_names(Contact& contact, const FlowFacts& facts)
{
    for (const NameClue& clue : facts.names) {
        if (is_host(clue.name.text(), contact.endpoint.host))
            add_distinct(contact.name_sources, clue.source, Contact::kept_names);
        else if (!contact.endpoint.host && clue.source == NameSource::dns_answer)
            add_distinct(contact.candidates, host_of(clue.name.text()), Contact::kept_names);
        else if (clue.source != NameSource::dns_answer)
            add_distinct(contact.other_names, host_of(clue.name.text()), Contact::kept_names);
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

/// Owner, transport, port, depth, and the name or else the address.
struct ContactTable::Identity {
    std::uint64_t process = 0;
    std::optional<std::string_view> host;
    const IpAddress* address = nullptr;
    Port port{};
    Transport transport{};
    bool tunnelled = false;

    bool is_of(const Contact& contact) const
    {
        const Endpoint& endpoint = contact.endpoint;
        if (endpoint.port != port || endpoint.transport != transport || contact.tunnelled != tunnelled ||
            contact.owner.process != process || endpoint.host.has_value() != host.has_value())
            return false;
        return host ? *endpoint.host == *host : endpoint.address == *address;
    }
};

std::uint32_t ContactTable::hash_of(const Identity& identity) const
{
    const std::array<std::uint64_t, 3> words{
        identity.process,
        static_cast<std::uint64_t>(number(identity.port)) << 16U |
            static_cast<std::uint64_t>(identity.transport) << 8U | (identity.tunnelled ? 1U : 0U) |
            (identity.host ? 2U : 0U),
        identity.host ? hash_(as_octets(*identity.host)) : hash_(identity.address->octets())};
    return hash_(std::span<const std::uint64_t>{words});
}

/// Port, transport, depth and the names' sources in one word, which is never 0.
std::uint32_t ContactTable::kind_of(const Destination& destination)
{
    std::uint32_t kind = number(destination.server.port) | static_cast<std::uint32_t>(destination.transport) << 16U |
                         (destination.tunnelled ? 1U : 0U) << 20U | 1U << 21U;
    unsigned shift = 24;
    for (const NameClue& clue : destination.facts.names) {
        kind |= static_cast<std::uint32_t>(clue.source) << shift;
        shift += 4;
    }
    return kind;
}

bool ContactTable::Settled::is_of(const Destination& destination) const
{
    const auto& clues = destination.facts.names;
    return kind == kind_of(destination) && process == destination.owner.process &&
           names[0].is_same_copy(clues[0].name) &&
           names[1].is_same_copy(clues.size() > 1 ? clues[1].name : SharedText{});
}

std::size_t ContactTable::settled_at(const FlowFacts& facts, Port port) const
{
    const std::array<std::uint64_t, 2> words{facts.names.front().name.copy_number(),
                                             facts.names.size() << 16U | number(port)};
    return hash_(std::span<const std::uint64_t>{words}) & (settled_.size() - 1);
}

/// Most flows go where an earlier one went, under the very names that it had. What is remembered leaves the server's
/// address out, so it holds only where a name decides: a hello's name can be an address, which never does.
std::uint32_t ContactTable::settle(const Destination& destination)
{
    const auto& names = destination.facts.names;
    if (names.size() > std::tuple_size_v<decltype(Settled::names)> || destination.facts.application)
        return find_or_create(destination);
    if (names.empty())
        return settle_unnamed(destination);
    const std::size_t at = settled_at(destination.facts, destination.server.port);
    for (const Settled& settled : settled_[at].ways)
        if (settled.is_of(destination))
            return settled.place;
    const std::uint32_t place = find_or_create(destination);
    if (place != no_place && contacts_[place].endpoint.host)
        remember(destination, place);
    return place;
}

std::uint32_t ContactTable::settle_unnamed(const Destination& destination)
{
    if (!unnamed_.is_of(destination))
        unnamed_ = {.server = destination.server,
                    .process = destination.owner.process,
                    .place = find_or_create(destination),
                    .transport = destination.transport,
                    .tunnelled = destination.tunnelled};
    return unnamed_.place;
}

void ContactTable::remember(const Destination& destination, std::uint32_t place)
{
    if (2 * contacts_.size() > settled_.size())
        settled_ = SettledPairs(settled_.size() * 2);  // what it held will come again
    const auto& names = destination.facts.names;
    auto& [newer, older] = settled_[settled_at(destination.facts, destination.server.port)].ways;
    older = std::move(newer);
    newer = {.names = {names.front().name, names.size() > 1 ? names.back().name : SharedText{}},
             .process = destination.owner.process,
             .kind = kind_of(destination),
             .place = place};
}

std::uint32_t ContactTable::find_or_create(const Destination& destination)
{
    const auto name = choose_name(destination.facts);
    if (name)
        write_host(name->name, host_);
    const IpAddress address = target_address(destination.facts, destination.server.address);
    const Identity identity{.process = destination.owner.process,
                            .host = name ? std::optional<std::string_view>{host_} : std::nullopt,
                            .address = &address,
                            .port = target_port(destination.facts, destination.server.port),
                            .transport = destination.transport,
                            .tunnelled = destination.tunnelled};
    const std::uint32_t hash = hash_of(identity);
    std::uint32_t place = index_.find(hash, [&](std::uint32_t slot) { return identity.is_of(contacts_[slot]); });
    if (place == HashIndex::none) {
        if (tallies_.size() >= max_contacts)
            return no_place;
        place = static_cast<std::uint32_t>(tallies_.size());
        index_.insert(hash, place);
        tallies_.emplace_back();
        Contact& contact = contacts_.emplace_back();
        contact.owner = destination.owner;
        contact.endpoint = {std::nullopt, address, identity.port, destination.transport};
        contact.tunnelled = destination.tunnelled;
        if (name) {
            contact.endpoint.host = host_;
            contact.name_source = name->source;
        }
    }
    add_names(contacts_[place], destination.facts);
    return place;
}

void ContactTable::fetch(std::uint32_t place) const
{
    constexpr std::size_t cache_line_octets = 64;
    if (place >= tallies_.size())
        return;
    const auto lines = std::as_bytes(std::span{&tallies_[place], 1});
    for (std::size_t at = 0; at < lines.size(); at += cache_line_octets)
        __builtin_prefetch(&lines[at]);
}

void ContactTable::fetch_start(std::uint32_t place) const
{
    if (place < tallies_.size() && !tallies_[place].starts.empty())
        __builtin_prefetch(&tallies_[place].starts.back());
}

std::uint64_t ContactTable::add(std::uint32_t place, const EndedFlow& flow)
{
    if (place == no_place) {
        gaps_->add(GapKind::contacts_bound);
        return 0;
    }
    Tally& tally = tallies_[place];
    const bool is_first = tally.id == 0;
    if (is_first)
        tally.id = ++last_id_;
    ++tally.flows;
    tally.out += flow.out;
    tally.in += flow.in;
    tally.resolution = is_first ? flow.resolution : stronger(tally.resolution, flow.resolution);
    tally.outer_name_only += flow.ech == EchState::outer_name_only ? 1 : 0;
    if (is_first || flow.first < tally.first) {
        contacts_[place].packets = flow.packets;
        if (contacts_[place].endpoint.host)  // else the address is what makes it one
            contacts_[place].endpoint.address = flow.server;
        tally.first = flow.first;
    }
    tally.last = is_first ? flow.last : std::max(tally.last, flow.last);
    tally.last_start = is_first ? flow.first : std::max(tally.last_start, flow.first);
    const std::uint32_t protocol = 1U << static_cast<unsigned>(flow.protocol);
    if (flow.protocol != Protocol::unknown && (tally.protocols & protocol) == 0) {
        tally.protocols |= protocol;
        add_distinct(contacts_[place].protocols, flow.protocol, Contact::kept_names);
    }
    keep_start(tally.starts, flow);
    return tally.id;
}

void ContactTable::add(std::uint32_t place, const std::vector<PhaseVolume>& volumes)
{
    if (place == no_place)
        return;
    std::vector<PhaseVolume>& phases = contacts_[place].phases;
    for (const PhaseVolume& volume : volumes) {
        const auto at = std::ranges::lower_bound(phases, volume.phase, {}, &PhaseVolume::phase);
        if (at != phases.end() && at->phase == volume.phase)
            *at += volume;
        else
            phases.insert(at, volume);
    }
}

void ContactTable::add(std::uint32_t place, const FlowFacts& facts)
{
    if (place == no_place)
        return;
    Tally& tally = tallies_[place];
    for (const ClientHelloFacts& hello : std::span{facts.hellos.begin(), facts.hellos.size()})
        keep_trait(tally, traits_.offer(hello.fingerprint));
    if (facts.server && !facts.server->alpn.empty())
        keep_trait(tally, traits_.choice(facts.server->alpn));
}

void ContactTable::keep_trait(Tally& tally, TlsTraitTable::Number number)
{
    for (TlsTraitTable::Number& kept : tally.traits) {
        if (number == 0)
            break;  // one too many of all contacts
        if (kept == 0)
            kept = number;
        if (kept == number)
            return;
    }
    tally.rest_of_traits = TlsTraitTable::Rest::left_out;
}

void ContactTable::keep_start(std::vector<Start>& starts, const EndedFlow& flow)
{
    const bool is_last = starts.empty() || flow.id > starts.back().flow;  // most flows end in their order
    if (is_last && starts.size() == Contact::kept_flows)
        return;
    starts.insert(is_last ? starts.end() : std::ranges::upper_bound(starts, flow.id, {}, &Start::flow),
                  {flow.id, flow.first});
    if (starts.size() > Contact::kept_flows)
        starts.pop_back();
}

std::vector<Contact> ContactTable::finish()
{
    std::vector<Contact> contacts(last_id_);
    for (std::size_t place = 0; place < tallies_.size(); ++place) {
        const Tally& tally = tallies_[place];
        if (tally.id == 0)
            continue;  // not reached: every flow that is settled ends
        Contact& contact = contacts[tally.id - 1];
        contact = std::move(contacts_[place]);
        contact.id = tally.id;
        contact.out = tally.out;
        contact.in = tally.in;
        contact.first = tally.first;
        contact.last = tally.last;
        contact.flow_count = tally.flows;
        contact.outer_name_only = tally.outer_name_only;
        contact.resolution = tally.resolution;
        contact.tls = traits_.tell(tally.traits, tally.rest_of_traits);
        std::vector<Timestamp> times;
        for (const Start& start : tally.starts) {
            contact.flows.push_back(start.flow);
            times.push_back(start.time);
        }
        std::ranges::sort(times);
        if (contact.flow_count > 1 && times.size() > 1)
            contact.intervals = intervals_of(times, tally.last_start, contact.flow_count);
    }
    *this = ContactTable{*gaps_};
    return contacts;
}

}  // namespace waybill
