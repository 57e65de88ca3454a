#pragma once

#include <chrono>

#include "model/time.h"

namespace waybill {

/// The system's time now.
inline Timestamp wall_clock()
{
    return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
}

}  // namespace waybill
