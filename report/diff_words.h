#pragma once

#include <string>
#include <vector>

#include "model/diff.h"
#include "report/words.h"

// The words of a comparison for people. Whatever came from outside is made printable here.

namespace waybill {

/// "api.example:443", "*.{region}.example:443", "[::1]:any port/udp"
std::string diff_endpoint_text(const DiffEndpoint& endpoint);

/// "acme -p hello · 3 runs · sinkhole · cases/1, cases/2 and 1 more"; commands are shortened unless all is named.
std::string side_text(const DiffSide& side, Named named);

/// "1 new purpose, 2 new endpoints, 1 endpoint gone, 1 endpoint changed · 5 endpoints as before"; that there is no
/// difference, where there is none.
std::string diff_summary(const Diff& compared);

/// "3 of 3"
std::string seen_text(const SeenIn& seen);

/// "in 3 of 3 runs, before in 0 of 3"
std::string presence_text(const BeforeAfter<SeenIn>& seen);

/// ", p 0.012", or nothing where no test was made.
std::string p_text(std::optional<double> p);

/// "bytes out 1.9 kB → 8.1 kB", "now by node, in 3 of 3 runs, before in 0 of 3", "no longer ALPN offered h2, in …"
std::string aspect_text(const AspectDiff& aspect);

/// What only varies between runs of a side, and what too few runs leave open: a sentence each.
std::vector<std::string> variation_sentences(const Diff& compared);
std::vector<std::string> undecided_sentences(const Diff& compared);

/// How far what is said can be relied on: by how many runs, by which tolerances, and what was not compared.
std::vector<std::string> noise_sentences(const Diff& compared);

/// "kernel: 6.1 → 6.12"
std::string circumstance_text(const Circumstance& circumstance, Named named);

/// Whether a gap of the side forbids to say that something was not contacted.
bool limits_absence(const DiffSide& side);

/// What could not be seen on each side; what limits "new" or "gone" behind the mark that those have.
inline constexpr std::string_view absence_mark = "†";
std::vector<std::string> side_gap_sentences(const Diff& compared);

}  // namespace waybill
