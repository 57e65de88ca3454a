#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <utility>

#include "base/file_descriptor.h"
#include "capture/child_process.h"
#include "capture/network/run_error.h"
#include "capture/privileges.h"

namespace waybill {

struct BrowserOptions {
    std::optional<UserIdentity> user;  ///< whom the keeper becomes, and whose browser it is; root must name one
    bool starts_browser = true;        ///< else addresses are shown alone: for root, where nobody called sudo
    FileDescriptor marks;              ///< a pipe of marks to write to; nothing: none are set
};

/// What was asked for, and became of it.
struct BrowserCounts {
    std::uint32_t opened = 0;        ///< addresses that a browser was started with
    std::uint32_t shown = 0;         ///< that were shown on the terminal instead
    std::uint32_t refused = 0;       ///< that are none, or too many, or could be neither opened nor shown
    std::uint32_t connections = 0;   ///< of the host that were passed to the command's listeners
    std::uint32_t not_passed = 0;    ///< connections that were ended, as nobody listened, or too many were open
    std::uint32_t ports_missed = 0;  ///< that an address named and the host uses itself, or that were too many
    std::uint32_t marks_missed = 0;  ///< that the full pipe of marks did not take

    friend bool operator==(const BrowserCounts&, const BrowserCounts&) = default;
};

/// A process on the host's side of a run with a network of its own. It reads the addresses that the command asks to
/// have opened (BrowserShim), has the host's browser open them, and listens on the loopback ports that they name for
/// the answer (RFC 8252, 7.3), which it passes to the same port inside. It keeps no address, and has no more rights
/// than the browser's user. It dies with its caller.
class BrowserKeeper {
public:
    /// Forks, and returns once it has become that user; the caller has one thread.
    static std::expected<BrowserKeeper, RunError> start(BrowserOptions options);

    /// The end of its line that the supervisor inherits: BrowserDoor.
    FileDescriptor take_line() { return std::move(line_); }

    /// Lets it end. Nothing where it has ended before.
    std::optional<BrowserCounts> finish();

private:
    BrowserKeeper(ChildProcess process, FileDescriptor leash, FileDescriptor line)
        : process_{std::move(process)}, leash_{std::move(leash)}, line_{std::move(line)}
    {
    }

    ChildProcess process_;  // it sees that the leash goes, which is before it is waited for
    FileDescriptor leash_;
    FileDescriptor line_;
};

}  // namespace waybill
