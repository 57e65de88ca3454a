#include "model/plan.h"

#include <algorithm>

#include "base/ascii.h"

namespace waybill {
namespace {

constexpr std::size_t most_file_name_characters = 40;

bool may_stand_in_a_name(char character)
{
    const char lower = to_lower(character);
    return (lower >= 'a' && lower <= 'z') || is_digit(character) || character == '.' || character == '_';
}

}  // namespace

std::vector<PlannedRun> planned_runs(const Plan& plan)
{
    std::vector<PlannedRun> runs;
    const std::size_t all = plan.arms.size() * plan.repeats;
    for (std::size_t i = 0; i < all; ++i) {
        const std::size_t arm = plan.order == Plan::Order::interleaved ? i % plan.arms.size() : i / plan.repeats;
        runs.push_back({static_cast<std::uint32_t>(i + 1), arm});
    }
    return runs;
}

std::string file_name_of(const Plan::Arm& arm)
{
    std::string name = arm.name.substr(0, most_file_name_characters);
    std::ranges::replace_if(name, [](char character) { return !may_stand_in_a_name(character); }, '-');
    return name;
}

}  // namespace waybill
