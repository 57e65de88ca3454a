#include "model/verdict.h"

#include <algorithm>

namespace waybill {

std::size_t Verdict::count(Effect effect) const
{
    return static_cast<std::size_t>(std::ranges::count_if(
        contacts, [&](const JudgedContact& judged) { return judged.undecided.empty() && judged.effect == effect; }));
}

std::size_t Verdict::undecided() const
{
    return static_cast<std::size_t>(
        std::ranges::count_if(contacts, [](const JudgedContact& judged) { return !judged.undecided.empty(); }));
}

std::size_t Verdict::broken_limits() const
{
    return static_cast<std::size_t>(std::ranges::count_if(limits, &JudgedLimit::is_broken));
}

Verdict::Outcome Verdict::outcome() const
{
    if (count(Effect::deny) > 0 || broken_limits() > 0)
        return Outcome::violation;
    const bool may_be_denied = std::ranges::any_of(contacts, [](const JudgedContact& judged) {
        return !judged.undecided.empty() && judged.effect == Effect::deny;
    });
    return open.empty() && !may_be_denied ? Outcome::no_finding : Outcome::incomplete;
}

}  // namespace waybill
