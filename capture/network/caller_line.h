#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "capture/network/contained_report.h"
#include "capture/network/namespaces.h"
#include "capture/owner/owner_recording.h"

namespace waybill::contained {

// What the supervisor and its caller say to each other.

/// A signal that the caller received and passes on.
struct Forwarded {
    std::uint8_t signal = 0;
    bool from_terminal = false;  ///< the kernel sent it to the whole process group
    bool uplink_ended = false;   ///< no signal at all: the uplink has gone
};

/// What the caller says before the command began, as the reason why it did not.
RunError ended_before_start(const Forwarded& word);

/// Reads what it has said by now: the error says that the run was ended, or that its uplink has gone.
std::expected<void, RunError> hear_before_start(int control);

/// Dies with the caller; its own memory and descriptors are nobody else's. Credentials that change undo both.
void bind_to_caller();

/// The supervisor's first word: from here on its users can be mapped, for which it must be dumpable (proc(5)).
constexpr std::string_view word_mappable = "m";

/// Says so, and waits for the caller's map_users(). Ends when the caller has given up.
UserMap await_map(int control);

/// Who watches the command's sockets. Ends when the caller has given up.
OwnerSource await_watch(int line);

/// Tells the caller and ends; everything in the namespaces ends with it.
[[noreturn]] void tell(int control, const Outcome& outcome);

}  // namespace waybill::contained
