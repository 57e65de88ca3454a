#include "model/phase.h"

#include <algorithm>

namespace waybill {

std::vector<Phase> divide(Timestamp begin, Timestamp end, std::span<const Mark> marks,
                          const std::optional<Timestamp>& command_exit)
{
    std::vector<Phase> phases{{Phase::Opening::recording, {}, begin, end}};
    for (const Mark& mark : marks)
        phases.push_back({Phase::Opening::mark, mark.label, std::max(mark.at, begin), end});
    if (command_exit && *command_exit < end)
        phases.push_back({Phase::Opening::command_exit, {}, *command_exit, end});
    std::ranges::stable_sort(std::next(phases.begin()), phases.end(), {}, &Phase::begin);
    for (std::size_t i = 0; i + 1 < phases.size(); ++i)
        phases[i].end = phases[i + 1].begin;
    phases.back().end = std::max(end, phases.back().begin);
    return phases;
}

}  // namespace waybill
