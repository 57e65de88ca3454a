#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "capture/network/command_end.h"
#include "capture/network/held_signals.h"
#include "capture/network/run_error.h"
#include "capture/privileges.h"

namespace waybill {

/// A command that prepares a run or tidies up behind it: on the host's network, and not recorded.
struct SideCommand {
    std::vector<std::string> arguments;                     ///< the program first, looked up in PATH as a shell does
    std::vector<std::string> environment;                   ///< NAME=value
    std::optional<UserIdentity> user;                       ///< whom it runs as, where root runs it for another
    std::optional<std::chrono::milliseconds> timeout = {};  ///< nothing: it has all the time it wants
};

struct SideEnd {
    CommandEnd command;
    int signal = 0;  ///< that came meanwhile and would end a run; 0: none
};

/// Runs it in a session of its own, without input and with all that it says on stderr, and waits for its end. It is
/// sent the signals that come meanwhile, with what it started, and a SIGKILL when this process dies. When its time is
/// over it is sent a SIGTERM, with what it started, and five seconds later a SIGKILL.
std::expected<SideEnd, RunError> run_beside(const SideCommand& command, const contained::HeldSignals& signals);

}  // namespace waybill
