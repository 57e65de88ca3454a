#pragma once

#include <cstdint>

namespace waybill {

/// What keys the hashes of this process, which differs from run to run. Drawn once, for drawing is slow.
std::uint64_t hash_seed();

}  // namespace waybill
