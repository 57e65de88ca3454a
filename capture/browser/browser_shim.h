#pragma once

#include <sys/types.h>

#include <expected>
#include <system_error>

#include "base/file_descriptor.h"

namespace waybill {

/// Programs that take the place of a browser in a network of a run's own: they hand the address that they are called
/// with to whoever reads the pipe.
struct BrowserShim {
    static constexpr const char* folder = "/run/waybill/bin";            ///< goes first in PATH
    static constexpr const char* program = "/run/waybill/bin/xdg-open";  ///< for BROWSER
    static constexpr const char* pipe = "/run/waybill/browser";          ///< a line for each address

    /// Makes them in the calling process's own /run, for this user. Gives the pipe's end to read from, which does not
    /// wait and does not end.
    static std::expected<FileDescriptor, std::error_code> make(uid_t uid, gid_t gid);
};

}  // namespace waybill
