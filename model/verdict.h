#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/gap.h"

namespace waybill {

/// What a policy says of a contact; the later ones are the stricter ones.
enum class Effect : std::uint8_t { allow, review, deny };

constexpr std::string_view text(Effect effect)
{
    switch (effect) {
        case Effect::allow:
            return "allow";
        case Effect::review:
            return "review";
        case Effect::deny:
            break;
    }
    return "deny";
}

/// An entry of a policy that speaks of a contact, or its default.
struct PolicyMatch {
    std::string entry;  ///< id; empty: the policy's default
    Effect effect = Effect::allow;
    std::string by;         ///< what matched: `host api.example`, `purpose telemetry`
    std::string closeness;  ///< `an exact host, and 1 condition`
    std::string remark;     ///< why it counts for less than it is written, or not at all; else empty
    std::string reason;     ///< as the entry gives it; may be empty

    friend bool operator==(const PolicyMatch&, const PolicyMatch&) = default;
};

/// A contact judged. One that a policy tells apart by phases is judged once for each deciding entry.
struct JudgedContact {
    std::size_t contact = 0;  ///< index into the report's
    Effect effect = Effect::allow;
    std::string undecided;  ///< why an effect cannot be told, in words; empty: it can
    std::string name;       ///< by which it was judged, where that is not the report's; else empty
    PolicyMatch by;
    std::vector<PolicyMatch> others;    ///< that matched too, the closest first
    std::vector<std::uint32_t> phases;  ///< indices; empty where the policy does not tell phases apart
};

/// A limit of a policy, held against what was measured.
struct JudgedLimit {
    enum class Unit : std::uint8_t { octets, count, share };

    std::string id;
    std::string measure;   ///< the policy's word: `payload-out`, …
    std::string selected;  ///< of what: "purpose telemetry"; empty: of everything
    Unit unit{};
    double most = 0;
    double measured = 0;
    std::string reason;                 ///< may be empty
    std::vector<std::size_t> contacts;  ///< that count, as indices into the report's; empty where none is

    bool is_broken() const { return measured > most; }
};

/// A claim that a policy makes and that a gap of the recording forbids.
struct OpenClaim {
    std::string sentence;  ///< "nothing that the policy denies was contacted"
    std::vector<Gap> gaps;
    std::vector<std::string> reasons;  ///< beside the gaps, a sentence each
};

/// What a policy says of a case.
struct Verdict {
    enum class Outcome : std::uint8_t { no_finding, violation, incomplete };

    std::string policy;  ///< id
    std::string title;
    std::string version;
    std::string digest;                   ///< SHA-256 of the policy's file, in hex
    std::string as_of;                    ///< the day to which expiry dates were held
    std::vector<JudgedContact> contacts;  ///< denied ones first, then to be reviewed, undecided, allowed
    std::vector<JudgedLimit> limits;      ///< in the policy's order
    std::vector<std::string> expired;     ///< ids of entries that no longer hold
    std::vector<std::string> unused;      ///< ids of entries that matched nothing
    std::vector<OpenClaim> open;
    std::vector<Gap> standing;  ///< gaps that limit what "not contacted" can mean here and forbid no verdict

    std::size_t count(Effect effect) const;
    std::size_t undecided() const;  ///< contacts, whatever their effect
    std::size_t broken_limits() const;
    Outcome outcome() const;
};

}  // namespace waybill
