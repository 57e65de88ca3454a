#include "rules/diff/judge.h"

#include <algorithm>

namespace waybill::diff {
namespace {

/// Whether lost input of a side can have made a difference look like one: what is new was perhaps only not seen before.
bool is_open(DiffVerdict verdict, const BeforeAfter<bool>& lost)
{
    switch (verdict) {
        case DiffVerdict::appeared:
            return lost.before;
        case DiffVerdict::gone:
            return lost.after;
        default:
            return lost.before || lost.after;
    }
}

bool is_asked(const PurposeDiff& purpose, FailOn asked)
{
    return asked == FailOn::any ? is_difference(purpose.verdict) : purpose.verdict == DiffVerdict::appeared;
}

bool is_asked(const EndpointDiff& endpoint, FailOn asked)
{
    switch (asked) {
        case FailOn::any:
            return is_difference(endpoint.verdict);
        case FailOn::new_endpoint:
            return endpoint.verdict == DiffVerdict::appeared;
        default:
            return false;
    }
}

}  // namespace

Judgement judge(const Diff& compared, FailOn asked)
{
    if (asked == FailOn::nothing)
        return Judgement::no;
    const BeforeAfter<bool> lost{compared.sides.before.lost_input(), compared.sides.after.lost_input()};
    bool any_open = false;
    bool any_sure = false;
    const auto weigh = [&](const auto& differences) {
        for (const auto& each : differences)
            if (is_asked(each, asked))
                (is_open(each.verdict, lost) ? any_open : any_sure) = true;
    };
    weigh(compared.purposes);
    weigh(compared.endpoints);
    if (any_sure)
        return Judgement::yes;
    const bool may_be_missed = lost.after || (asked == FailOn::any && lost.before);
    return any_open || may_be_missed ? Judgement::open : Judgement::no;
}

}  // namespace waybill::diff
