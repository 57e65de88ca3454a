#include "rules/statistics/distributions.h"

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>

namespace waybill::statistics {
namespace {

// Nothing is thrown: the functions' arguments are in range by what their callers promise.
using Policy =
    boost::math::policies::policy<boost::math::policies::domain_error<boost::math::policies::errno_on_error>,
                                  boost::math::policies::pole_error<boost::math::policies::errno_on_error>,
                                  boost::math::policies::overflow_error<boost::math::policies::errno_on_error>,
                                  boost::math::policies::evaluation_error<boost::math::policies::errno_on_error>,
                                  boost::math::policies::rounding_error<boost::math::policies::errno_on_error>>;

using Binomial = boost::math::binomial_distribution<double, Policy>;
using Normal = boost::math::normal_distribution<double, Policy>;

}  // namespace

double lower_bound(std::uint32_t count, std::uint32_t runs, double error)
{
    if (count == 0)
        return 0;
    return Binomial::find_lower_bound_on_p(runs, count, error);
}

double upper_bound(std::uint32_t count, std::uint32_t runs, double error)
{
    if (count == runs)
        return 1;
    return Binomial::find_upper_bound_on_p(runs, count, error);
}

double normal_deviate(double error)
{
    return boost::math::quantile(boost::math::complement(Normal{}, error));
}

}  // namespace waybill::statistics
