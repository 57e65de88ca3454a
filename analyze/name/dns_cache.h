#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "analyze/name/lru_table.h"
#include "analyze/name/name_pool.h"
#include "model/address.h"
#include "model/time.h"
#include "wire/dns_message.h"
#include "wire/dns_name.h"

namespace waybill {

/// Which names DNS gave for an address, for each client by itself.
class DnsCache {
public:
    static constexpr std::size_t max_names = 8;  ///< of one address for one client; the oldest answer goes first

    struct Bounds {
        std::size_t addresses = 262144;  ///< pairs of client and address
        std::size_t ech_names = 65536;   ///< pairs of client and name that an ECH configuration was delivered for
    };

    /// A name that stood for the address.
    struct Candidate {
        SharedText name;         ///< lower case, presentation form
        Timestamp answered;      ///< when the newest answer that says so was captured
        bool after_ttl = false;  ///< that answer's time to live was over at the time asked about
    };

    DnsCache() : DnsCache{Bounds{}} {}
    explicit DnsCache(Bounds bounds);

    /// Learns what a response told `client` at time `at`; does nothing for queries, errors and malformed messages.
    ///
    /// The name asked for names each address that an A or AAAA record gives it, directly or through CNAME records and
    /// the targets and hints of SVCB and HTTPS (RFC 9460, 7.3), for the shortest time to live on the way. Where nothing
    /// was asked (mDNS, RFC 6762, 6) a record's owner names its address. Several questions in one message name nothing
    /// (RFC 9619). Special addresses (model/address.h) are never learnt.
    void learn_response(const dns::Message& message, const IpAddress& client, Timestamp at);

    /// Calls `use` with each name that was learnt so far for `address` and `client`, the newest answer first. Ask when
    /// a flow begins: an answer that comes later did not lead to it. Counts as a use.
    template <typename Use>
    void for_each_name(const IpAddress& client, const IpAddress& address, Timestamp at, Use&& use)
    {
        const Answers* const answers = addresses_.use(pair_key(client, address));
        if (answers == nullptr)
            return;
        use(candidate(answers->newest, at));
        if (!answers->older)
            return;
        for (const Answer& answer : *answers->older) {
            if (answer.name == NamePool::none)
                break;
            use(candidate(answer, at));
        }
    }

    /// Whether an SVCB or HTTPS answer with a configuration for Encrypted ClientHello came to `client` no later than
    /// `at`, either for `name` (lower case, presentation form) or with `name` as the public name that such a hello
    /// shows outside (RFC 9849, 6.1). Names with a port or scheme in front (RFC 9460, 2.3) count for the name behind.
    /// When `ech_evicted()` is not 0, false may mean forgotten.
    bool ech_delivered(const IpAddress& client, std::string_view name, Timestamp at) const;

    std::size_t size() const { return addresses_.size(); }          ///< pairs of client and address
    std::uint64_t evicted() const { return evicted_; }              ///< pairs forgotten because of the bound
    std::uint64_t names_dropped() const { return names_dropped_; }  ///< names forgotten because of max_names
    std::uint64_t incomplete() const
    {
        return incomplete_;
    }  ///< responses with more aliases or records than are followed
    std::uint64_t ech_evicted() const { return ech_evicted_; }

private:
    /// Addresses as whole words, which compare and hash faster than octets.
    template <std::size_t words, typename Rest>
    struct Key {
        std::array<std::uint64_t, words> addresses{};
        Rest rest{};  // what else tells keys apart
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct KeyHash {
        KeyedHash hash;
        template <std::size_t words, typename Rest>
        std::uint32_t operator()(const Key<words, Rest>& key) const
        {
            std::array<std::uint64_t, words + 1> all{};
            std::ranges::copy(key.addresses, all.begin());
            all.back() = key.rest;
            return hash(std::span<const std::uint64_t>{all});
        }
    };
    using PairKey = Key<4, std::uint16_t>;  // client and address; rest: their families
    using EchKey = Key<2, std::uint64_t>;   // client; rest: its family and the name's number
    static PairKey pair_key(const IpAddress& client, const IpAddress& address);
    static EchKey ech_key(const IpAddress& client, NamePool::Id name);

    struct Answer {
        Timestamp at;
        std::uint32_t ttl = 0;  // seconds
        NamePool::Id name = NamePool::none;
    };
    /// The newest answer stands in the entry itself: most addresses have one name.
    struct Answers {
        Answer newest;
        std::unique_ptr<std::array<Answer, max_names - 1>> older;  // newest first
    };
    struct EchSeen {
        Timestamp first;
        NamePool::Id name = NamePool::none;  // none: not filled yet
    };
    struct Learning;  // what one response says while it is read

    Candidate candidate(const Answer& answer, Timestamp at) const;
    NamePool::Id hold_name(const dns::Message& message, std::size_t start, dns::Type asked);
    void learn_owners(Learning& learning);
    void learn_record(const Learning& learning, const dns::Record& record, std::uint32_t ttl);
    void learn_address(const Learning& learning, const IpAddress& address, std::uint32_t ttl);
    void learn_ech(const Learning& learning, Bytes configs);
    void add_ech(const Learning& learning, NamePool::Id name);
    void add(Answers& answers, const Answer& answer);
    void release(Answers& answers);

    NamePool names_;
    LruTable<PairKey, Answers, KeyHash> addresses_;
    LruTable<EchKey, EchSeen, KeyHash> ech_;
    dns::Name scratch_name_;
    std::uint64_t evicted_ = 0;
    std::uint64_t names_dropped_ = 0;
    std::uint64_t incomplete_ = 0;
    std::uint64_t ech_evicted_ = 0;
};

}  // namespace waybill
