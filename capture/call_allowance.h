#pragma once

#include <cstdint>
#include <system_error>

namespace waybill {

/// Who is left which system calls.
enum class Allowance : std::uint8_t {
    recorder,    ///< reads: what is open, and files; writes: what is open. No connection, no file, no process
    supervisor,  ///< of a run in namespaces: also the sockets of the sink, and the command's processes
    driver,      ///< of a command in a terminal: as the recorder, and sends signals to the run
};

/// From here on this process has no other system calls than those that its work needs (seccomp(2)); any other answers
/// EPERM. Files can be opened for reading alone, nothing is executed, and no memory becomes a program. To be called
/// before the first hostile octet is read, with no_new_privs set.
std::error_code keep_calls(Allowance allowance);

}  // namespace waybill
