#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "analyze/contact/settled_flow.h"
#include "analyze/contact/tls_trait_table.h"
#include "analyze/name/hash_index.h"
#include "base/huge_pages.h"
#include "model/contact.h"
#include "model/flow.h"
#include "model/flow_facts.h"
#include "model/gap.h"

namespace waybill {

/// Gathers flows into contacts: one for each owner and endpoint. Memory grows with the endpoints, up to a bound.
class ContactTable {
public:
    static constexpr std::size_t max_contacts = 65'536;
    static constexpr std::uint32_t no_place = HashIndex::none;

    explicit ContactTable(GapCounters& gaps) : gaps_{&gaps} {}

    /// The place of the contact that a flow counts to, once what its facts say of names is settled: to be called once
    /// for each flow. `no_place` when the bound left none for a new contact.
    std::uint32_t settle(const Destination& destination);

    /// Asks for the memory that settle() will need for a flow with these facts.
    void expect(const FlowFacts& facts, Port port) const
    {
        if (!facts.names.empty())
            __builtin_prefetch(&settled_[settled_at(facts, port)]);
    }

    /// Asks for the memory that add() will need for this place, in two steps some time apart.
    void fetch(std::uint32_t place) const;
    void fetch_start(std::uint32_t place) const;

    /// Counts a flow that has ended and gives its contact's id; 0 for `no_place`, which is a gap. Ids are in the order
    /// in which the contacts' first flows end.
    std::uint64_t add(std::uint32_t place, const EndedFlow& flow);

    /// Counts what such a flow sent in each phase, where the recording has several.
    void add(std::uint32_t place, const std::vector<PhaseVolume>& volumes);

    /// Keeps what the hellos of such a flow said, where the analysis makes fingerprints of them.
    void add(std::uint32_t place, const FlowFacts& facts);

    /// The contacts in the order of their ids.
    std::vector<Contact> finish();

private:
    struct Start {
        std::uint64_t flow = 0;
        Timestamp time;
    };
    /// What every flow of a contact changes, in few cache lines: a contact's turn comes seldom, and its memory is cold.
    struct Tally {
        Volume out;
        Volume in;
        Timestamp first;
        Timestamp last;
        Timestamp last_start;
        std::uint64_t id = 0;
        std::uint64_t flows = 0;
        std::uint64_t outer_name_only = 0;
        std::vector<Start> starts;    // the first kept_flows by id, sorted
        std::uint32_t protocols = 0;  // a bit for each
        Resolution resolution = Resolution::not_asked;
        TlsTraitTable::Rest rest_of_traits = TlsTraitTable::Rest::none;
        TlsTraitTable::Numbers traits{};
    };
    struct Identity;  // what makes a contact one

    /// Where the last flow without any name led: flows to one resolver come by the thousand.
    struct Unnamed {
        SocketAddress server;
        std::uint64_t process = 0;
        std::uint32_t place = no_place;
        Transport transport{};
        bool tunnelled = false;

        bool is_of(const Destination& destination) const
        {
            return place != no_place && server == destination.server && transport == destination.transport &&
                   tunnelled == destination.tunnelled && process == destination.owner.process;
        }
    };

    /// Names, port and transport of a flow that was settled, and where that led. Small, for most are cold when they are
    /// asked for.
    struct Settled {
        std::array<SharedText, 2> names;
        std::uint64_t process = 0;
        std::uint32_t kind = 0;  // the rest of what makes it one; 0 where nothing is remembered
        std::uint32_t place = no_place;

        bool is_of(const Destination& destination) const;
    };
    /// The newer stands first. One cache line.
    struct alignas(64) SettledPair {
        std::array<Settled, 2> ways;
    };
    static_assert(sizeof(SettledPair) == 64);
    using SettledPairs = std::vector<SettledPair, HugePageAllocator<SettledPair>>;
    static constexpr std::size_t first_settled = 64;  // a power of two

    std::uint32_t hash_of(const Identity& identity) const;
    static std::uint32_t kind_of(const Destination& destination);
    std::uint32_t settle_unnamed(const Destination& destination);
    void remember(const Destination& destination, std::uint32_t place);
    std::size_t settled_at(const FlowFacts& facts, Port port) const;
    std::uint32_t find_or_create(const Destination& destination);
    static void keep_start(std::vector<Start>& starts, const EndedFlow& flow);
    static void keep_trait(Tally& tally, TlsTraitTable::Number number);

    GapCounters* gaps_;
    KeyedHash hash_;
    HashIndex index_;
    std::vector<Tally> tallies_;
    std::deque<Contact> contacts_;  // beside the tallies: what flows change once or a few times
    /// By a hash of what it is for: where the last two such flows led. Twice as many pairs as contacts, or more, for
    /// most contacts are called so with and without an answer of DNS.
    SettledPairs settled_ = SettledPairs(first_settled);
    Unnamed unnamed_;
    TlsTraitTable traits_;
    std::uint64_t last_id_ = 0;
    std::string host_;  // written anew for each flow, its memory kept
};

}  // namespace waybill
