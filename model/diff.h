#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/diff_verdict.h"
#include "model/endpoint.h"
#include "model/gap.h"
#include "model/rating.h"
#include "model/run.h"

// What two sets of recordings have not in common: docs/formats/diff.md.

namespace waybill {

/// What is compared of an endpoint that both sides contacted.
enum class Aspect : std::uint8_t {
    ip_bytes_out,
    ip_bytes_in,
    flows,
    program,
    protocol,
    alpn_offered,
    alpn_chosen,
    ja4
};
inline constexpr std::size_t aspect_kinds = 8;

/// ip-bytes-out, ip-bytes-in, flows, program, protocol, alpn-offered, alpn-chosen, ja4
std::string_view text(Aspect aspect);

/// Of an endpoint's aspect: numbers per run, or a value that runs had or had not.
struct AspectDiff {
    Aspect aspect{};
    DiffVerdict verdict = DiffVerdict::same;
    std::string value;             ///< "node", "quic", "h2,http/1.1"; empty for numbers
    BeforeAfter<SeenIn> seen;      ///< of a value: of the runs that contacted the endpoint
    BeforeAfter<Spread> numbers;   ///< of bytes and flows: in those runs
    std::optional<double> p = {};  ///< corrected; none where no test was made
};

/// What counts as one endpoint.
struct DiffEndpoint {
    std::string name;  ///< a host, a rule's pattern for several that it names as one, the hosts that are possible where
                       ///< none is sure, or an address
    Port port{};       ///< 0: any of those that a system gives for a moment, on loopback
    Transport transport{};
    enum class Kind : std::uint8_t { host, pattern, address, candidates } kind = Kind::host;

    friend auto operator<=>(const DiffEndpoint&, const DiffEndpoint&) = default;
};

/// host, pattern, address, candidates
std::string_view text(DiffEndpoint::Kind kind);

struct EndpointDiff {
    DiffEndpoint endpoint;
    Rating rating;
    DiffVerdict verdict = DiffVerdict::same;
    BeforeAfter<SeenIn> seen;
    std::optional<double> p;
    bool has_new_purpose = false;       ///< it appeared, and a purpose with it
    std::vector<std::string> programs;  ///< that contacted it: after, or before where it is gone
    BeforeAfter<Spread> ip_bytes_out;   ///< of the runs that contacted it; not compared where the sides are not alike
    BeforeAfter<Spread> flows;
    std::vector<AspectDiff> aspects;  ///< those that are not the same
};

/// A purpose that a side's endpoints have by the rules.
struct PurposeDiff {
    Purpose purpose{};
    DiffVerdict verdict = DiffVerdict::same;
    BeforeAfter<SeenIn> seen;
    std::optional<double> p;
    std::vector<DiffEndpoint> endpoints;  ///< that have it, on the side that it is on
};

/// A kind of gap in some of a side's runs.
struct SideGap {
    static constexpr std::size_t kept_details = 4;

    GapKind kind{};
    std::uint64_t count = 0;
    std::uint32_t runs = 0;
    std::vector<std::string> details = {};  ///< where, or of what: distinct, the first ones

    friend bool operator==(const SideGap&, const SideGap&) = default;
};

struct DiffSide {
    std::vector<std::string> cases;                  ///< as they were named
    std::vector<NetworkMode> modes;                  ///< distinct
    std::vector<std::vector<std::string>> commands;  ///< likewise
    std::vector<SideGap> gaps;                       ///< that limit a claim

    std::uint32_t runs() const { return static_cast<std::uint32_t>(cases.size()); }
    bool lost_input() const;
};

/// Something else in which the sides are not alike: the distinct values of each.
struct Circumstance {
    std::string name;
    BeforeAfter<std::vector<std::string>> values;
};

/// How much of the runs is compared.
enum class Comparison : std::uint8_t {
    everything,
    endpoints_only,  ///< sinkhole against a real network: bytes and what is spoken are no tool's alone
};

struct Diff {
    static constexpr int format_version = 1;
    static constexpr double level = 0.05;  ///< how often chance may look like a difference, in all tests together
    // Where runs are too few for a test. One more connection to a host, tried again or over the other IP version, costs
    // its hellos: up to some 4 kB each way with a key share for the time after quantum computers; and two connections
    // become four.
    static constexpr Tolerance bytes_without_test{2, 4096};
    static constexpr Tolerance flows_without_test{2, 2};

    BeforeAfter<DiffSide> sides;
    Comparison comparison = Comparison::everything;
    std::vector<PurposeDiff> purposes;    ///< those that are not the same: new ones first
    std::vector<EndpointDiff> endpoints;  ///< likewise: with a new purpose, new, gone, changed, then what only varies
    std::uint64_t same = 0;               ///< endpoints with no difference
    bool can_test = false;                ///< so many runs can show a difference at all
    std::uint64_t tests = 0;              ///< that could show something, for which results are corrected
    std::vector<Circumstance> circumstances;
    RuleSet rules;  ///< which rated both sides

    bool has_one_run_a_side() const { return sides.before.runs() == 1 && sides.after.runs() == 1; }
    std::size_t count(DiffVerdict verdict) const;  ///< of endpoints; `changed` by presence or an aspect
    std::size_t count_purposes(DiffVerdict verdict) const;
    bool has_differences() const;  ///< beyond what varies or is undecided
};

}  // namespace waybill
