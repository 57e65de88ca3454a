#include "analyze/name/hash_seed.h"

#include <random>

namespace waybill {

std::uint64_t hash_seed()
{
    static const std::uint64_t seed = [] {
        std::random_device entropy;
        return std::uint64_t{entropy()} << 32U | entropy();
    }();
    return seed;
}

}  // namespace waybill
