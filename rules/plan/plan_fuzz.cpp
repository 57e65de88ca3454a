#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/cursor.h"
#include "rules/plan/read_plan.h"

// A plan that is read can be followed: its runs are as many as it says, and each arm has a name of its own.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto plan = waybill::rules::parse_plan(std::string{waybill::as_text(std::as_bytes(std::span{data, size}))});
    if (!plan)
        return 0;
    if (waybill::rules::check_plan(*plan) || !plan->recipe.starts_with('{') || !plan->recipe.ends_with('}'))
        std::abort();
    const auto runs = waybill::planned_runs(*plan);
    if (runs.size() != plan->arms.size() * plan->repeats || runs.back().arm + 1 != plan->arms.size())
        std::abort();
    return 0;
}
