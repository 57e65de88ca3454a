#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "analyze/name/dns_cache_entries.h"
#include "analyze/name/second_chance_table.h"
#include "analyze/name/text_pool.h"
#include "model/address.h"
#include "model/shared_text.h"
#include "model/time.h"
#include "wire/dns_message.h"
#include "wire/dns_name.h"

namespace waybill {

/// Which names DNS gave for an address, for each client by itself.
class DnsCache {
public:
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

    /// `names` gives names one copy with everybody else who takes them from there; it outlives the cache.
    explicit DnsCache(TextPool& names) : DnsCache{names, Bounds{}} {}
    DnsCache(TextPool& names, Bounds bounds);

    /// Learns what a response told `client` at time `at`; does nothing for queries, errors and malformed messages.
    ///
    /// The name asked for names each address that an A or AAAA record gives it, directly or through CNAME records and
    /// the targets and hints of SVCB and HTTPS (RFC 9460, 7.3), for the shortest time to live on the way. Where nothing
    /// was asked (mDNS, RFC 6762, 6) a record's owner names its address. Several questions in one message name nothing
    /// (RFC 9619). Special addresses (model/address.h) are never learnt.
    ///
    /// `asked` is what look() said of the same message.
    struct Asked;
    void learn_response(const dns::Message& message, const IpAddress& client, Timestamp at,
                        const Asked* asked = nullptr);

    /// The name that a response is about.
    struct Asked {
        std::string text;  ///< in lower case, in presentation form; empty where nothing is to be learnt
        std::uint32_t hash = 0;
    };
    /// Asks for the memory that learn_response() will need, in two steps some time apart.
    void look(const dns::Message& message, Asked& asked);
    void fetch(const Asked& asked) const { names_->fetch(asked.hash); }

    /// Asks for the memory that for_each_name() will need, in two steps some time apart: the second takes what the
    /// first gave.
    std::uint32_t look(const IpAddress& client, const IpAddress& address) const
    {
        return pairs_.look(pair_key(client, address));
    }
    void fetch(std::uint32_t look) const { pairs_.fetch(look); }

    /// Calls `use` with each name that was learnt so far for `address` and `client`, the newest answer first. Ask when
    /// a flow begins: an answer that comes later did not lead to it. Counts as a use.
    template <typename Use>
    void for_each_name(const IpAddress& client, const IpAddress& address, Timestamp at, Use&& use)
    {
        for_each_name(client, address, look(client, address), at, std::forward<Use>(use));
    }
    /// The same for who has `look` from look().
    template <typename Use>
    void for_each_name(const IpAddress& client, const IpAddress& address, std::uint32_t look, Timestamp at, Use&& use)
    {
        const DnsPair* const pair = pairs_.use(pair_key(client, address), look);
        if (pair == nullptr)
            return;
        use(candidate(pair->newest(), at));
        if (!pair->older)
            return;
        for (const NamingAnswer& answer : *pair->older) {
            if (answer.name.empty())
                break;
            use(candidate(answer, at));
        }
    }

    /// Whether an SVCB or HTTPS answer with a configuration for Encrypted ClientHello came to `client` no later than
    /// `at`, either for `name` (lower case, presentation form) or with `name` as the public name that such a hello
    /// shows outside (RFC 9849, 6.1). Names with a port or scheme in front (RFC 9460, 2.3) count for the name behind.
    /// When `ech_evicted()` is not 0, false may mean forgotten.
    bool ech_delivered(const IpAddress& client, std::string_view name, Timestamp at) const;

    std::size_t size() const { return pairs_.size(); }              ///< pairs of client and address
    std::uint64_t evicted() const { return evicted_; }              ///< pairs forgotten because of the bound
    std::uint64_t names_dropped() const { return names_dropped_; }  ///< names forgotten because of max_names
    std::uint64_t incomplete() const
    {
        return incomplete_;
    }  ///< responses with more aliases or records than are followed
    std::uint64_t ech_evicted() const { return ech_evicted_; }

private:
    struct Learning;  // what one response says while it is read

    static DnsPairKey pair_key(const IpAddress& client, const IpAddress& address)
    {
        const auto families = static_cast<unsigned>(client.family()) << 8U | static_cast<unsigned>(address.family());
        return {client.words(), address.words(), static_cast<std::uint16_t>(families)};
    }
    static Candidate candidate(NamingAnswer answer, Timestamp at);
    void write_name(const dns::Message& message, std::size_t start, dns::Type asked, std::string& text);
    SharedText name_at(const dns::Message& message, std::size_t start, dns::Type asked);
    void learn_owners(Learning& learning);
    void learn_record(const Learning& learning, const dns::Record& record, std::uint32_t ttl);
    void learn_address(const Learning& learning, const IpAddress& address, std::uint32_t ttl);
    void learn_ech(const Learning& learning, Bytes configs);
    void add_ech(const Learning& learning, const SharedText& name);
    void add(DnsPair& pair, NamingAnswer answer);

    TextPool* names_;
    SecondChanceTable<DnsPair, DnsKeyHash> pairs_;
    SecondChanceTable<EchDelivery, DnsKeyHash> ech_;
    dns::Name scratch_name_;
    std::string scratch_text_;  // written anew for each name, its memory kept
    std::uint64_t evicted_ = 0;
    std::uint64_t names_dropped_ = 0;
    std::uint64_t incomplete_ = 0;
    std::uint64_t ech_evicted_ = 0;
};

}  // namespace waybill
