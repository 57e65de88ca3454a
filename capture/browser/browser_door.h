#pragma once

#include <system_error>
#include <utility>

#include "base/file_descriptor.h"
#include "capture/loop.h"

namespace waybill {

/// The supervisor's part of opening addresses outside: it makes the programs that the command calls, and connections to
/// the command's listeners, in the network where it is.
class BrowserDoor {
public:
    /// `line` leads to the BrowserKeeper.
    explicit BrowserDoor(FileDescriptor line) : line_{std::move(line)} {}

    /// Makes the programs for this user and hands their pipe over.
    std::error_code open(uid_t uid, gid_t gid);

    /// Answers the keeper from now on. `loop` outlives the door, and the door stays where it is.
    std::error_code attach(Loop& loop);

private:
    void connect_where_asked(Loop& loop);

    FileDescriptor line_;
    FileDescriptor pipe_;  // so that nobody who writes to it stands still where the keeper has gone
};

}  // namespace waybill
