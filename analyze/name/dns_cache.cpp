#include "analyze/name/dns_cache.h"

#include <algorithm>
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
    NamePool::Id name = NamePool::none;
};

DnsCache::PairKey DnsCache::pair_key(const IpAddress& client, const IpAddress& address)
{
    const auto& of_client = client.words();
    const auto& of_address = address.words();
    const auto families = static_cast<unsigned>(client.family()) << 8U | static_cast<unsigned>(address.family());
    return {.addresses = {of_client[0], of_client[1], of_address[0], of_address[1]},
            .rest = static_cast<std::uint16_t>(families)};
}

DnsCache::EchKey DnsCache::ech_key(const IpAddress& client, NamePool::Id name)
{
    return {.addresses = client.words(), .rest = static_cast<std::uint64_t>(client.family()) << 32U | name};
}

DnsCache::DnsCache(Bounds bounds) : addresses_{bounds.addresses}, ech_{bounds.ech_names} {}

void DnsCache::learn_response(const Message& message, const IpAddress& client, Timestamp at)
{
    const dns::Header& header = message.header;
    if (!header.response || header.rcode != 0 || header.opcode != dns::Opcode::query ||
        message.damage == dns::Damage::malformed || message.answer_count == 0)
        return;
    Learning learning{.message = message, .client = client, .at = at};
    if (message.questions.empty()) {
        learn_owners(learning);
        return;
    }
    const dns::Question& question = message.questions.front();
    if (message.questions.size() != 1 || question.class_number() != dns::class_internet)
        return;
    learning.name = hold_name(message, question.name, question.type);
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
    names_.release(learning.name);
}

void DnsCache::learn_owners(Learning& learning)
{
    for_each_told(learning.message, [&](const Record& record) {
        if (!dns::address_of(learning.message, record) && !dns::is_service_binding(record.type))
            return;
        learning.name = hold_name(learning.message, record.name, record.type);
        learn_record(learning, record, ttl_of(record));
        names_.release(learning.name);
    });
}

/// The name's number in the pool, held; the caller gives it back.
NamePool::Id DnsCache::hold_name(const Message& message, std::size_t start, Type asked)
{
    if (!dns::read_name(message.octets, start, scratch_name_))
        scratch_name_ = {};  // not reached: parse_message checked every name
    scratch_name_.to_lower_case();
    if (dns::is_service_binding(asked))
        drop_service_labels(scratch_name_);
    return names_.hold(scratch_name_);
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
    Answers& answers = addresses_.use_or_add(pair_key(learning.client, address), [this](Answers& gone) {
        ++evicted_;
        release(gone);
    });
    add(answers, {.at = learning.at, .ttl = ttl, .name = learning.name});
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
        const NamePool::Id id = names_.hold(*name);
        add_ech(learning, id);
        names_.release(id);
    }
}

void DnsCache::add_ech(const Learning& learning, NamePool::Id name)
{
    EchSeen& seen = ech_.use_or_add(ech_key(learning.client, name), [this](const EchSeen& gone) {
        ++ech_evicted_;
        names_.release(gone.name);
    });
    if (seen.name != NamePool::none)
        return;
    seen = {.first = learning.at, .name = name};
    names_.hold(name);
}

void DnsCache::add(Answers& answers, const Answer& answer)
{
    if (answers.newest.name == answer.name) {
        answers.newest = answer;
        return;
    }
    names_.hold(answer.name);
    Answer moved = std::exchange(answers.newest, answer);
    if (moved.name == NamePool::none)
        return;
    if (!answers.older)
        answers.older = std::make_unique<std::array<Answer, max_names - 1>>();
    for (Answer& place : *answers.older) {
        if (place.name == answer.name) {
            place = moved;
            names_.release(answer.name);  // what its earlier answer held
            return;
        }
        std::swap(place, moved);
        if (moved.name == NamePool::none)
            return;
    }
    names_.release(moved.name);
    ++names_dropped_;
}

void DnsCache::release(Answers& answers)
{
    names_.release(answers.newest.name);
    if (!answers.older)
        return;
    for (const Answer& answer : *answers.older) {
        if (answer.name != NamePool::none)
            names_.release(answer.name);
    }
}

DnsCache::Candidate DnsCache::candidate(const Answer& answer, Timestamp at) const
{
    return {.name = names_.text(answer.name), .answered = answer.at, .after_ttl = is_over(answer.at, answer.ttl, at)};
}

bool DnsCache::ech_delivered(const IpAddress& client, std::string_view name, Timestamp at) const
{
    const auto wanted = dns::Name::parse_presentation(name);
    if (!wanted)
        return false;
    const NamePool::Id id = names_.find(*wanted);
    if (id == NamePool::none)
        return false;
    const EchSeen* seen = ech_.peek(ech_key(client, id));
    return seen != nullptr && seen->first <= at;
}

}  // namespace waybill
