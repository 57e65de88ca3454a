#include "capture/network/unix_sockets.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace waybill::contained {
namespace {

constexpr std::string_view blanks = " \t";
constexpr int columns_before_path = 7;  // Num RefCount Protocol Flags Type St Inode

/// What stands behind the seventh column and its blank; empty when the line is shorter.
std::string_view path_column(std::string_view line)
{
    for (int column = 0; column < columns_before_path; ++column) {
        const std::size_t start = line.find_first_not_of(blanks);
        if (start == std::string_view::npos)
            return {};
        const std::size_t end = line.find_first_of(blanks, start);
        if (end == std::string_view::npos)
            return {};
        line.remove_prefix(end);
    }
    line.remove_prefix(1);
    return line;
}

}  // namespace

UnixSockets parse_unix_sockets(std::string_view table)
{
    UnixSockets sockets;
    while (!table.empty()) {
        const std::string_view line = table.substr(0, table.find('\n'));
        table.remove_prefix(std::min(line.size() + 1, table.size()));
        if (line.starts_with("Num "))
            continue;
        const std::string_view path = path_column(line);
        if (path.empty() || path.starts_with('@'))
            continue;
        if (path.starts_with('/'))
            sockets.paths.emplace_back(path);
        else
            ++sockets.unplaced;
    }
    std::ranges::sort(sockets.paths);
    const auto repeated = std::ranges::unique(sockets.paths);
    sockets.paths.erase(repeated.begin(), repeated.end());
    return sockets;
}

UnixSockets read_unix_sockets()
{
    std::ifstream file{"/proc/net/unix"};
    const std::string table{std::istreambuf_iterator<char>{file}, {}};
    return parse_unix_sockets(table);
}

}  // namespace waybill::contained
