#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace waybill {

/// Why a run in the sinkhole could not begin, or could not be finished.
struct SinkholeError {
    enum class Kind : std::uint8_t {
        not_permitted,  ///< the host forbids user namespaces or what is needed inside one; the message says how to mend
                        ///< it
        cannot_create,  ///< the packet file or the fresh home could not be made
        internal,       ///< a step failed that no permission explains
    };

    Kind kind{};
    std::string message;  ///< what failed, why, and what to do; no line end

    friend bool operator==(const SinkholeError&, const SinkholeError&) = default;
};

namespace sinkhole {

/// The error of a set-up step: `not_permitted`, with what to change on this host, when `code` is EPERM, EACCES, ENOSPC
/// or ENOSYS; else `internal`.
SinkholeError step_failed(std::string_view step, std::error_code code);

/// errno as it is now.
std::error_code last_error();

}  // namespace sinkhole
}  // namespace waybill
