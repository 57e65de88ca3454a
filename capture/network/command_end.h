#pragma once

#include <optional>
#include <string>

namespace waybill {

/// How the command ended.
struct CommandEnd {
    int exit_status = 0;        ///< as a shell tells it: its own, 128 + signal, 126 not executable, 127 not found
    std::optional<int> signal;  ///< the signal that ended it
    std::optional<std::string> not_executed;  ///< why the program could not be executed
    bool timed_out = false;                   ///< it was ended, for its time was over

    friend bool operator==(const CommandEnd&, const CommandEnd&) = default;
};

/// From waitpid(2)'s status.
CommandEnd command_end_of(int status);

}  // namespace waybill
