#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/contact.h"
#include "model/flow.h"
#include "model/gap.h"

namespace waybill {

/// What a flow adds to its contact beside itself.
struct ContactContext {
    Resolution resolution = Resolution::not_asked;
    const Owner* owner = nullptr;  ///< borrowed for the call
};

/// Gathers flows into contacts: one for each owner and endpoint. Memory grows with the endpoints, up to a bound.
class ContactTable {
public:
    static constexpr std::size_t max_contacts = 65'536;

    explicit ContactTable(GapCounters& gaps) : gaps_{&gaps} {}

    /// Counts a flow that has ended and gives its contact's id; 0 when the bound left no place for a new contact.
    std::uint64_t add(const Flow& flow, const ContactContext& context);

    /// The contacts in the order of their ids.
    std::vector<Contact> finish();

private:
    struct Start {
        std::uint64_t flow = 0;
        Timestamp time;
    };
    struct Tally {
        Contact contact;
        std::vector<Start> starts;  // the first kept_flows by id, sorted
        Timestamp last_start;
    };
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };

    Tally* find_or_create(const Flow& flow, const ContactContext& context);

    GapCounters* gaps_;
    std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>> by_key_;
    std::vector<Tally> tallies_;
    std::string key_;  // built anew for each flow, its memory kept
};

}  // namespace waybill
