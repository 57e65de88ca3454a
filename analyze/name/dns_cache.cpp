#include "analyze/name/dns_cache.h"

#include <algorithm>
#include <span>
#include <utility>

#include "wire/dns_ech_config.h"
#include "wire/dns_rdata.h"

namespace waybill {
namespace {

using dns::Message;
using dns::Record;
using dns::Type;

constexpr std::size_t max_aliases = 16;        // longer chains than this are given up by resolvers
constexpr std::size_t max_comparisons = 4096;  // 16 aliases times 256 records; keeps a hostile 64 KiB cheap
constexpr std::uint32_t max_ttl = 0x7fffffff;  // RFC 2181, 8: more counts as 0
constexpr std::uint64_t second_ns = 1'000'000'000;

/// A name that stands for the one asked for, and for how long.
struct Alias {
    std::size_t name = 0;
    std::uint32_t ttl = max_ttl;
};

/// The names that one response leads to from the one asked for, each once.
class AliasChain {
public:
    AliasChain(const Message& message, std::size_t asked) : message_{message} { list_[0].name = asked; }

    std::size_t size() const { return count_; }
    const Alias& operator[](std::size_t index) const { return list_[index]; }

    /// Whether the name at `name` is alias number `index`; false once too much was compared.
    bool is(std::size_t index, std::size_t name)
    {
        if (comparisons_left_ == 0) {
            complete_ = false;
            return false;
        }
        --comparisons_left_;
        return dns::same_name(message_.octets, list_[index].name, name);
    }

    void add(const Alias& alias)
    {
        for (std::size_t i = 0; i < count_; ++i) {
            if (is(i, alias.name))
                return;
        }
        if (count_ == list_.size())
            complete_ = false;
        else
            list_[count_++] = alias;
    }

    bool complete() const { return complete_; }  ///< false when a bound was reached

private:
    const Message& message_;
    std::array<Alias, max_aliases + 1> list_{};
    std::size_t count_ = 1;
    std::size_t comparisons_left_ = max_comparisons;
    bool complete_ = true;
};

std::uint32_t ttl_of(const Record& record)
{
    return record.ttl > max_ttl ? 0 : record.ttl;
}

/// Takes the labels for a port and a scheme off the front (RFC 9460, 2.3).
void drop_service_labels(dns::Name& name)
{
    while (as_text(name.first_label()).starts_with('_'))  // each round takes a label off
        name.drop_first_label();
}

bool is_over(Timestamp answered, std::uint32_t ttl, Timestamp at)
{
    if (at <= answered)
        return false;
    // Unsigned, for a hostile capture's times may be further apart than a duration can say.
    const auto age = static_cast<std::uint64_t>(at.time_since_epoch().count()) -
                     static_cast<std::uint64_t>(answered.time_since_epoch().count());
    return age > ttl * second_ns;
}

/// Whether there can be something to learn.
bool teaches(const Message& message)
{
    const dns::Header& header = message.header;
    return header.response && header.rcode == 0 && header.opcode == dns::Opcode::query &&
           message.damage != dns::Damage::malformed && message.answer_count != 0;
}

/// Calls `use` with each record of the answer and additional sections.
template <typename Use>
void for_each_told(const Message& message, Use&& use)
{
    for (const Record& record : message.answers())
        use(record);
    for (const Record& record : message.additional())
        use(record);
}

}  // namespace

struct DnsCache::Learning {
    const Message& message;
    const IpAddress& client;
    Timestamp at;
    SharedText name = {};
};

DnsCache::DnsCache(TextPool& names, Bounds bounds) : names_{&names}, pairs_{bounds.addresses}, ech_{bounds.ech_names} {}

/// Writes the name in lower case, in presentation form; of a service binding, the name that it is for.
void DnsCache::write_name(const Message& message, std::size_t start, Type asked, std::string& text)
{
    text.clear();
    std::array<char, dns::plain_name_room> room;
    const std::size_t plain = dns::is_service_binding(asked) ? 0 : dns::write_lower_name(message.octets, start, room);
    if (plain > 0) {
        text.assign(room.data(), plain);
        return;
    }
    if (!dns::read_name(message.octets, start, scratch_name_))
        return;  // not reached: parse_message checked every name
    scratch_name_.to_lower_case();
    if (dns::is_service_binding(asked))
        drop_service_labels(scratch_name_);
    scratch_name_.append_presentation(text);
}

void DnsCache::look(const Message& message, Asked& asked)
{
    asked.text.clear();
    if (!teaches(message) || message.questions.size() != 1)
        return;
    write_name(message, message.questions.front().name, message.questions.front().type, asked.text);
    asked.hash = names_->hash_of(asked.text);
    names_->look(asked.hash);
}

void DnsCache::learn_response(const Message& message, const IpAddress& client, Timestamp at, const Asked* asked)
{
    if (!teaches(message))
        return;
    Learning learning{.message = message, .client = client, .at = at};
    if (message.questions.empty()) {
        learn_owners(learning);
        return;
    }
    const dns::Question& question = message.questions.front();
    if (message.questions.size() != 1 || question.class_number() != dns::class_internet)
        return;
    learning.name =
        asked != nullptr ? names_->share(asked->text, asked->hash) : name_at(message, question.name, question.type);
    AliasChain chain{message, question.name};
    for (std::size_t i = 0; i < chain.size(); ++i) {  // the chain has an end
        for_each_told(message, [&](const Record& record) {
            if (!chain.is(i, record.name))
                return;
            const std::uint32_t ttl = std::min(chain[i].ttl, ttl_of(record));
            learn_record(learning, record, ttl);
            if (const auto target = dns::alias_of(message, record))
                chain.add({.name = *target, .ttl = ttl});
        });
    }
    if (!chain.complete())
        ++incomplete_;
}

void DnsCache::learn_owners(Learning& learning)
{
    for_each_told(learning.message, [&](const Record& record) {
        if (!dns::address_of(learning.message, record) && !dns::is_service_binding(record.type))
            return;
        learning.name = name_at(learning.message, record.name, record.type);
        learn_record(learning, record, ttl_of(record));
    });
}

SharedText DnsCache::name_at(const Message& message, std::size_t start, Type asked)
{
    write_name(message, start, asked, scratch_text_);
    return names_->share(scratch_text_);
}

void DnsCache::learn_record(const Learning& learning, const Record& record, std::uint32_t ttl)
{
    if (const auto address = dns::address_of(learning.message, record)) {
        learn_address(learning, *address, ttl);
        return;
    }
    if (!dns::is_service_binding(record.type))
        return;
    const auto binding = dns::read_service_binding(learning.message, record);
    if (!binding)
        return;
    Cursor v4{binding->ipv4_hints};
    while (!v4.at_end())
        learn_address(learning, IpAddress::from_octets(v4.bytes(4)), ttl);
    Cursor v6{binding->ipv6_hints};
    while (!v6.at_end())
        learn_address(learning, IpAddress::from_octets(v6.bytes(16)), ttl);
    if (!binding->ech_configs.empty())
        learn_ech(learning, binding->ech_configs);
}

void DnsCache::learn_address(const Learning& learning, const IpAddress& address, std::uint32_t ttl)
{
    if (is_special(address))
        return;
    DnsPair& pair = pairs_.use_or_add(pair_key(learning.client, address), [this](const DnsPair&) { ++evicted_; });
    add(pair, {.name = learning.name, .at = learning.at, .ttl = ttl});
}

void DnsCache::learn_ech(const Learning& learning, Bytes configs)
{
    add_ech(learning, learning.name);
    const auto public_names = dns::parse_ech_public_names(configs);
    if (!public_names)
        return;
    for (const std::string_view public_name : *public_names) {
        auto name = dns::Name::parse_presentation(public_name);
        if (!name)
            continue;
        name->to_lower_case();
        add_ech(learning, names_->share(name->presentation()));
    }
}

void DnsCache::add_ech(const Learning& learning, const SharedText& name)
{
    EchDelivery& seen = ech_.use_or_add({learning.client, name}, [this](const EchDelivery&) { ++ech_evicted_; });
    if (!seen.first)
        seen.first = learning.at;
}

void DnsCache::add(DnsPair& pair, NamingAnswer answer)
{
    if (pair.name.empty() || pair.name == answer.name) {
        pair.set_newest(std::move(answer));
        return;
    }
    NamingAnswer moved = pair.newest();
    pair.set_newest(std::move(answer));
    if (!pair.older)
        pair.older = std::make_unique<OlderAnswers>();
    for (NamingAnswer& place : *pair.older) {
        std::swap(place, moved);
        if (moved.name.empty() || moved.name == pair.name)  // room, or this name's earlier answer
            return;
    }
    ++names_dropped_;
}

DnsCache::Candidate DnsCache::candidate(NamingAnswer answer, Timestamp at)
{
    const bool after_ttl = is_over(answer.at, answer.ttl, at);
    return {.name = std::move(answer.name), .answered = answer.at, .after_ttl = after_ttl};
}

bool DnsCache::ech_delivered(const IpAddress& client, std::string_view name, Timestamp at) const
{
    const auto wanted = dns::Name::parse_presentation(name);
    if (!wanted)
        return false;
    const EchDelivery* seen = ech_.peek({client, wanted->presentation()});
    return seen != nullptr && *seen->first <= at;
}

}  // namespace waybill
