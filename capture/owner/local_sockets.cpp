#include "capture/owner/local_sockets.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <cstring>

namespace waybill {
namespace {

constexpr std::size_t columns_before_path = 7;  // Num RefCount Protocol Flags Type St Inode

std::string_view last_part(std::string_view name)
{
    return name.substr(name.find_last_of('/') + 1);  // npos + 1 is 0
}

/// A line's last column; empty where it has none.
std::string_view path_of(std::string_view line)
{
    for (std::size_t column = 0; column < columns_before_path; ++column) {
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
        line.remove_prefix(std::min(line.find(' '), line.size()));
    }
    return line.empty() ? line : line.substr(1);
}

}  // namespace

std::string printable_socket_name(Bytes name)
{
    std::string text;
    const bool is_abstract = !name.empty() && name.front() == std::byte{0};
    if (is_abstract) {
        if (name.size() == 1)
            return text;
        text = "@";
        name = name.subspan(1);
    }
    for (const std::byte octet : name) {
        const auto character = static_cast<char>(octet);
        if (octet == std::byte{0} && !is_abstract)
            break;
        if (character == '\\')
            text += "\\\\";
        else if (character > ' ' && character <= '~')
            text += character;
        else
            text += fmt::format("\\x{:02x}", static_cast<unsigned>(octet));
    }
    return text;
}

std::optional<std::string> read_local_address(Bytes octets)
{
    sa_family_t family = 0;
    if (octets.size() < sizeof family)
        return std::nullopt;
    std::memcpy(&family, octets.data(), sizeof family);
    if (family != AF_UNIX)
        return std::nullopt;
    const Bytes name = octets.subspan(sizeof family);
    std::string text = printable_socket_name(name.first(std::min(name.size(), sizeof(sockaddr_un::sun_path))));
    return text.empty() ? std::nullopt : std::optional{std::move(text)};
}

LocalSocketKind local_kind(int type)
{
    return type == SOCK_DGRAM ? LocalSocketKind::unix_datagram : LocalSocketKind::unix_stream;
}

bool is_bound_in(std::string_view table, std::string_view name)
{
    const std::string_view wanted = last_part(name);
    while (!table.empty()) {
        const std::string_view line = table.substr(0, table.find('\n'));
        table.remove_prefix(std::min(line.size() + 1, table.size()));
        const std::string_view path = path_of(line);
        if (path.empty())
            continue;
        if (last_part(printable_socket_name(std::as_bytes(std::span{path}))) == wanted)
            return true;
    }
    return false;
}

bool is_socket_at(pid_t thread, Bytes address)
{
    const std::string_view name = as_text(address).substr(std::min(sizeof(sa_family_t), address.size()));
    const std::string_view path = name.substr(0, name.find('\0'));
    if (path.empty())
        return false;
    const bool is_absolute = path.starts_with('/');
    const std::string place = fmt::format("/proc/{}/{}/{}", thread, is_absolute ? "root" : "cwd", path);
    struct stat status{};
    return ::stat(place.c_str(), &status) == 0 && S_ISSOCK(status.st_mode);
}

}  // namespace waybill
