#pragma once

#include <expected>
#include <system_error>

#include "base/file_descriptor.h"

namespace waybill {

/// Has this process, and all that it starts, wait in each call that can show whose a socket is, until who reads the
/// descriptor lets it go on (seccomp_unotify(2)): connect, listen, sendto with an address, sendmsg, sendmmsg, execve,
/// execveat. Answers io_uring_setup with ENOSYS, whose calls could not be asked about. Sets no_new_privs. The calls of
/// foreign architectures, which are not asked about either, answer ENOSYS.
///
/// From here on a process that nobody answers for stands still in such a call. EBUSY: somebody else asks already.
std::expected<FileDescriptor, std::error_code> ask_before_calls();

}  // namespace waybill
