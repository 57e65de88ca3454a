#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

#include "base/last_error.h"

namespace waybill {

/// Why a run could not begin, or could not be finished.
struct RunError {
    enum class Kind : std::uint8_t {
        not_permitted,  ///< the host forbids what the run needs; the message says how to mend it
        cannot_create,  ///< a file of the recording or the fresh home could not be made
        internal,       ///< a step failed that no permission explains
    };

    Kind kind{};
    std::string message;  ///< what failed, why, and what to do; no line end

    friend bool operator==(const RunError&, const RunError&) = default;
};

namespace contained {

/// The error of a set-up step: `not_permitted`, with what to change on this host, when `code` is EPERM, EACCES, ENOSPC
/// or ENOSYS; else `internal`.
RunError step_failed(std::string_view step, std::error_code code);

}  // namespace contained
}  // namespace waybill
