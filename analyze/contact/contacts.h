#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "analyze/name/hash_index.h"
#include "base/huge_pages.h"
#include "model/contact.h"
#include "model/flow.h"
#include "model/flow_facts.h"
#include "model/gap.h"

namespace waybill {

/// Where a flow goes, and whose it is. Everything is borrowed for a call.
struct Destination {
    const FlowFacts& facts;
    const Owner& owner;
    SocketAddress server;
    Transport transport{};
    bool tunnelled = false;
};

/// What a contact counts of a flow that has ended.
struct EndedFlow {
    std::uint64_t id = 0;
    Timestamp first;
    Timestamp last;
    Volume out;
    Volume in;
    PacketRange packets;
    IpAddress server;
    Protocol protocol = Protocol::unknown;
    Resolution resolution = Resolution::not_asked;
    EchState ech = EchState::not_offered;
};

/// Gathers flows into contacts: one for each owner and endpoint. Memory grows with the endpoints, up to a bound.
class ContactTable {
public:
    static constexpr std::size_t max_contacts = 65'536;
    static constexpr std::uint32_t no_place = HashIndex::none;

    explicit ContactTable(GapCounters& gaps) : gaps_{&gaps} {}

    /// The place of the contact that a flow counts to, once what its facts say of names is settled: to be called once
    /// for each flow. `no_place` when the bound left none for a new contact.
    std::uint32_t settle(const Destination& destination);

    /// Asks for the memory that add() will need for this place.
    void fetch(std::uint32_t place) const;

    /// Counts a flow that has ended and gives its contact's id; 0 for `no_place`, which is a gap. Ids are in the order
    /// in which the contacts' first flows end.
    std::uint64_t add(std::uint32_t place, const EndedFlow& flow);

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
        std::uint64_t last_kept_flow = 0;  // the highest id in `starts`
        std::uint32_t protocols = 0;       // a bit for each
        std::uint32_t kept_starts = 0;
        Resolution resolution = Resolution::not_asked;
    };
    /// What flows change once or a few times.
    struct Rest {
        Contact contact;
        std::vector<Start> starts;  // the first kept_flows by id, sorted
    };
    struct Identity;  // what makes a contact one

    /// Names, port and transport of a flow that was settled, and where that led.
    struct Settled {
        std::array<SharedText, 2> names;
        std::array<NameSource, 2> sources{};
        std::uint8_t count = 0;
        bool tunnelled = false;
        Transport transport{};
        Port port{};
        std::uint64_t process = 0;
        std::uint32_t place = no_place;

        bool is_of(const Destination& destination) const;
    };
    static constexpr std::size_t remembered = 16'384;  // a power of two

    std::uint32_t hash_of(const Identity& identity) const;
    Settled& remembered_for(const Destination& destination);
    std::uint32_t find_or_create(const Destination& destination);
    void keep_start(std::uint32_t place, const EndedFlow& flow);

    GapCounters* gaps_;
    KeyedHash hash_;
    HashIndex index_;
    std::vector<Tally, HugePageAllocator<Tally>> tallies_;
    std::vector<Rest> rests_;       // beside the tallies
    std::vector<Settled> settled_;  // by a hash of what it is for: the last such flow's
    std::uint64_t last_id_ = 0;
    std::string host_;  // written anew for each flow, its memory kept
};

}  // namespace waybill
