#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/owner/file_identity.h"

namespace waybill {

/// What a file that is a script says of who runs it (execve(2), "Interpreter scripts").
struct InterpreterLine {
    std::string interpreter;
    std::string argument;  ///< empty: none; the kernel hands all words on as one

    friend bool operator==(const InterpreterLine&, const InterpreterLine&) = default;
};

/// Octets at the beginning of a file that the kernel looks at (BINPRM_BUF_SIZE).
constexpr std::size_t interpreter_line_octets = 256;

/// Reads the beginning of a file. Nothing for what is no script.
std::optional<InterpreterLine> read_interpreter_line(std::string_view head);

/// What will run when a thread's execve(2) succeeds.
struct ExecutedProgram {
    std::string path;                    ///< of a script its interpreter
    std::vector<std::string> arguments;  ///< of a script with its interpreter and itself before them
    FileIdentity identity;

    friend bool operator==(const ExecutedProgram&, const ExecutedProgram&) = default;
};

/// The call as it is made: `folder` is execveat's descriptor, AT_FDCWD for execve.
struct ExecutionCall {
    int folder = 0;
    std::string path;
    std::vector<std::string> arguments;
};

/// Looks at the files as the thread sees them. Nothing when there is no such program: the call will fail.
std::optional<ExecutedProgram> look_up_program(pid_t thread, ExecutionCall call);

}  // namespace waybill
