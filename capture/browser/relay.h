#pragma once

#include <sys/types.h>

#include "base/file_descriptor.h"

namespace waybill {

/// Forks a process that passes octets between two connections, each way until its end, and leaves with them, when
/// nothing has come for some minutes, or with its parent. Gives its number; negative when there can be none.
pid_t relay(const FileDescriptor& one, const FileDescriptor& other);

}  // namespace waybill
