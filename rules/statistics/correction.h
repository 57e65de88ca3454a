#pragma once

#include <span>
#include <vector>

namespace waybill::statistics {

/// Corrects the results of several tests of one family by Holm's step-down method (1979): whoever calls those below a
/// level significant errs in one of them at all with that probability at most. In the order given; 1 at most.
std::vector<double> holm(std::span<const double> results);

/// Which tests of a family can give a result below the level at all (Tarone, 1990). The others need no correction for
/// them: left out of the family, they take nothing from its power. `least` are the smallest values that each could
/// give, by what is pooled over the arms.
std::vector<bool> can_reach(std::span<const double> least, double level);

}  // namespace waybill::statistics
