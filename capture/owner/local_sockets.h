#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/cursor.h"
#include "capture/owner/owner_event.h"

namespace waybill {

/// The name of a UNIX socket as the socket calls take it (unix(7)), without the family before it: a path, which ends at
/// a zero, or an abstract name, whose first octet is zero, given behind "@". What does not print is \xHH, and \ is \\.
/// Empty for no name.
std::string printable_socket_name(Bytes name);

/// The same of a whole address; nothing for another family, and for no name.
std::optional<std::string> read_local_address(Bytes octets);

/// Of which kind a UNIX socket is (socket(7), SO_TYPE).
LocalSocketKind local_kind(int type);

/// What is known of a name before it is called: whether one of this network namespace's sockets has it, by the table
/// /proc/net/unix (proc_net(5)). Names are compared by what stands behind their last "/", for a path can be written in
/// several ways: so one that is only called alike counts as that.
bool is_bound_in(std::string_view table, std::string_view name);

/// Whether a socket is at the path of an address as the thread sees it: relative to its folder and root. False of an
/// abstract name.
bool is_socket_at(pid_t thread, Bytes address);

}  // namespace waybill
