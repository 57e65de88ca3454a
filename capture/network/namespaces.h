#pragma once

#include <sys/types.h>

#include <expected>

#include "base/file_descriptor.h"
#include "capture/network/run_error.h"

namespace waybill::contained {

/// Forks into new user, pid, mount and network namespaces: 0 in the child, which is the init of its pid namespace, else
/// its process number. The process must have one thread. The child can do nothing before map_users().
std::expected<pid_t, RunError> fork_into_namespaces();

/// How user ids inside relate to those of the host.
enum class UserMap : std::uint8_t {
    whole,  ///< every id is itself: the caller is root, and has a nobody to become
    one,    ///< only the caller's own uid and gid exist
};

/// Who owns nothing: what supervises a run of root ends as this user and group.
constexpr id_t nobody = 65534;

/// Gives the child's user namespace its ids. The caller sees the same user inside and outside.
std::expected<UserMap, RunError> map_users(pid_t child);

/// The calling process's network namespace.
std::expected<FileDescriptor, RunError> open_network_namespace();

}  // namespace waybill::contained
