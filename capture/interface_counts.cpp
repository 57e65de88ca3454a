#include "capture/interface_counts.h"

#include <fcntl.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <utility>

namespace waybill {
namespace {

constexpr std::size_t heading_lines = 2;
constexpr std::size_t columns = 16;  // eight of what comes in, eight of what goes out
enum Column : std::uint8_t { in_octets = 0, in_frames = 1, out_octets = 8, out_frames = 9, out_drops = 11 };
constexpr std::string_view ipv6_requests_name = "Ip6OutRequests";
constexpr std::size_t longest_table = std::size_t{16} * 1024 * 1024;

/// The text up to the separator, which is taken off with it.
std::string_view take_until(std::string_view& text, char separator)
{
    const std::string_view part = text.substr(0, text.find(separator));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    return part;
}

std::optional<std::array<std::uint64_t, columns>> parse_columns(std::string_view text)
{
    std::array<std::uint64_t, columns> numbers{};
    for (std::uint64_t& number : numbers) {
        text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
        const auto [end, problem] = std::from_chars(text.begin(), text.end(), number);
        if (problem != std::errc{})
            return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
    }
    return text.find_first_not_of(' ') == std::string_view::npos ? std::optional{numbers} : std::nullopt;
}

std::optional<InterfaceCounts> parse_line(std::string_view line)
{
    if (line.find(':') == std::string_view::npos)
        return std::nullopt;
    std::string_view name = take_until(line, ':');
    name.remove_prefix(std::min(name.find_first_not_of(' '), name.size()));
    const auto numbers = parse_columns(line);
    if (name.empty() || !numbers)
        return std::nullopt;
    const auto& all = *numbers;
    return InterfaceCounts{
        std::string{name}, {all[in_frames], all[in_octets]}, {all[out_frames], all[out_octets]}, all[out_drops]};
}

std::optional<std::string> read_whole(const FileDescriptor& file)
{
    std::string text;
    std::array<char, 16384> piece{};
    while (text.size() < longest_table) {  // ends: each turn adds octets, or is the last
        const ssize_t count = ::pread(file.get(), piece.data(), piece.size(), static_cast<off_t>(text.size()));
        if (count < 0)
            return std::nullopt;
        if (count == 0)
            break;
        text.append(piece.data(), static_cast<std::size_t>(count));
    }
    return text;
}

std::optional<ifreq> ask(const FileDescriptor& socket, const std::string& name, unsigned long request)
{
    ifreq asked{};
    if (name.size() >= IFNAMSIZ)
        return std::nullopt;
    name.copy(asked.ifr_name, name.size());  // the rest is zero already
    if (::ioctl(socket.get(), request, &asked) != 0)
        return std::nullopt;
    return asked;
}

}  // namespace

std::optional<std::vector<InterfaceCounts>> parse_interface_counts(std::string_view text)
{
    for (std::size_t line = 0; line < heading_lines; ++line)
        if (!take_until(text, '\n').contains('|'))
            return std::nullopt;
    std::vector<InterfaceCounts> interfaces;
    while (!text.empty()) {  // every turn takes a line
        auto interface = parse_line(take_until(text, '\n'));
        if (!interface)
            return std::nullopt;
        interfaces.push_back(*std::move(interface));
    }
    return interfaces;
}

std::optional<std::uint64_t> parse_ipv6_requests(std::string_view text)
{
    while (!text.empty()) {  // every turn takes a line
        std::string_view line = take_until(text, '\n');
        if (!line.starts_with(ipv6_requests_name))
            continue;
        line.remove_prefix(std::min(line.find_first_not_of(" \t", ipv6_requests_name.size()), line.size()));
        std::uint64_t number = 0;
        const auto [end, problem] = std::from_chars(line.begin(), line.end(), number);
        return problem == std::errc{} && end == line.end() ? std::optional{number} : std::nullopt;
    }
    return std::nullopt;
}

std::optional<InterfaceTable> InterfaceTable::open()
{
    FileDescriptor folder{::open("/proc/self/net", O_PATH | O_DIRECTORY | O_CLOEXEC)};
    if (!folder)
        return std::nullopt;
    FileDescriptor file{::openat(folder.get(), "dev", O_RDONLY | O_CLOEXEC)};
    FileDescriptor socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    if (!file || !socket)
        return std::nullopt;
    return InterfaceTable{std::move(folder), std::move(file), std::move(socket)};
}

std::optional<std::vector<InterfaceCounts>> InterfaceTable::read() const
{
    const auto text = read_whole(file_);
    return text ? parse_interface_counts(*text) : std::nullopt;
}

std::optional<std::uint64_t> InterfaceTable::ipv6_requests(const std::string& name) const
{
    const FileDescriptor file{::openat(folder_.get(), ("dev_snmp6/" + name).c_str(), O_RDONLY | O_CLOEXEC)};
    const auto text = file ? read_whole(file) : std::nullopt;
    return text ? parse_ipv6_requests(*text) : std::nullopt;
}

std::optional<std::uint64_t> InterfaceTable::header_octets(const std::string& name) const
{
    const auto answer = ask(socket_, name, SIOCGIFHWADDR);
    if (answer && answer->ifr_hwaddr.sa_family == ARPHRD_ETHER)
        return ETHER_HDR_LEN;
    if (answer && answer->ifr_hwaddr.sa_family == ARPHRD_LOOPBACK)
        return 0;  // it counts once the header is off, though its frames have one
    return std::nullopt;
}

std::optional<std::uint64_t> InterfaceTable::mtu(const std::string& name) const
{
    const auto answer = ask(socket_, name, SIOCGIFMTU);
    return answer ? std::optional{static_cast<std::uint64_t>(answer->ifr_mtu)} : std::nullopt;
}

}  // namespace waybill
