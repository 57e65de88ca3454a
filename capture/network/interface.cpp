#include "capture/network/interface.h"

#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>

#include "base/file_descriptor.h"

namespace waybill::contained {
namespace {

ifreq request_for(std::string_view interface_name)
{
    ifreq request{};
    const std::size_t length = std::min<std::size_t>(interface_name.size(), IFNAMSIZ - 1);
    interface_name.copy(request.ifr_name, length);  // the rest is zero already
    return request;
}

FileDescriptor any_socket()
{
    return FileDescriptor{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
}

}  // namespace

std::error_code bring_up(const char* interface_name, Neighbours neighbours)
{
    const FileDescriptor socket = any_socket();
    ifreq request = request_for(interface_name);
    if (!socket || ::ioctl(socket.get(), SIOCGIFFLAGS, &request) != 0)
        return {errno, std::system_category()};
    const int more = neighbours == Neighbours::none ? IFF_UP | IFF_NOARP : IFF_UP;
    request.ifr_flags = static_cast<short>(request.ifr_flags | more);
    if (::ioctl(socket.get(), SIOCSIFFLAGS, &request) != 0)
        return {errno, std::system_category()};
    return {};
}

void switch_offload_off(const char* interface_name)
{
    // Scatter-gather and transmit checksums last: the kernel drops UDP segmentation with them, which has no switch of
    // its own.
    constexpr std::array<std::uint32_t, 6> switches{ETHTOOL_STSO,    ETHTOOL_SGSO, ETHTOOL_SGRO,
                                                    ETHTOOL_STXCSUM, ETHTOOL_SSG,  ETHTOOL_SRXCSUM};
    const FileDescriptor socket = any_socket();
    for (const std::uint32_t command : switches) {
        ethtool_value off{command, 0};
        ifreq request = request_for(interface_name);
        request.ifr_data = &off;
        ::ioctl(socket.get(), SIOCETHTOOL, &request);
    }
}

bool set_network_setting(std::string_view name, std::string_view value)
{
    const std::string path = "/proc/sys/net/" + std::string{name};
    const FileDescriptor file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
    return file && ::write(file.get(), value.data(), value.size()) == static_cast<ssize_t>(value.size());
}

}  // namespace waybill::contained
