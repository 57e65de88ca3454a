#pragma once

#include <cerrno>
#include <system_error>

namespace waybill {

/// errno as it is now.
inline std::error_code last_error()
{
    return {errno, std::system_category()};
}

}  // namespace waybill
