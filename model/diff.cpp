#include "model/diff.h"

#include <algorithm>
#include <array>

namespace waybill {

std::string_view text(DiffVerdict verdict)
{
    constexpr std::array<std::string_view, 6> words{"same", "new", "gone", "changed", "varies", "undecided"};
    return words[static_cast<std::size_t>(verdict)];
}

std::string_view text(Aspect aspect)
{
    constexpr std::array<std::string_view, aspect_kinds> words{"ip-bytes-out", "ip-bytes-in",  "flows",       "program",
                                                               "protocol",     "alpn-offered", "alpn-chosen", "ja4"};
    return words[static_cast<std::size_t>(aspect)];
}

std::string_view text(DiffEndpoint::Kind kind)
{
    constexpr std::array<std::string_view, 4> words{"host", "pattern", "address", "candidates"};
    return words[static_cast<std::size_t>(kind)];
}

bool DiffSide::lost_input() const
{
    return std::ranges::any_of(gaps, [](const SideGap& gap) { return describe(gap.kind).lost_input; });
}

std::size_t Diff::count(DiffVerdict verdict) const
{
    return static_cast<std::size_t>(std::ranges::count(endpoints, verdict, &EndpointDiff::verdict));
}

std::size_t Diff::count_purposes(DiffVerdict verdict) const
{
    return static_cast<std::size_t>(std::ranges::count(purposes, verdict, &PurposeDiff::verdict));
}

bool Diff::has_differences() const
{
    const auto differs = [](const auto& each) { return is_difference(each.verdict); };
    return std::ranges::any_of(endpoints, differs) || std::ranges::any_of(purposes, differs);
}

}  // namespace waybill
