#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::contained {

/// The sockets with a path that a network namespace knows.
struct UnixSockets {
    std::vector<std::string> paths;  ///< absolute, sorted, each once
    std::uint64_t unplaced = 0;      ///< bound by a relative path: nobody can tell where they are
};

/// Reads the text of /proc/net/unix (proc(5)). Abstract and unnamed sockets are left out: they end at the network
/// namespace. A line that is none of the table's is skipped.
UnixSockets parse_unix_sockets(std::string_view table);

/// Those of the calling process's network namespace.
UnixSockets read_unix_sockets();

}  // namespace waybill::contained
