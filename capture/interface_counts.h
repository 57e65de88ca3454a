#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_descriptor.h"

namespace waybill {

/// What an interface counts one way: octets with those of the link layer.
struct FrameCounts {
    std::uint64_t frames = 0;
    std::uint64_t octets = 0;

    friend bool operator==(const FrameCounts&, const FrameCounts&) = default;
};

/// What an interface has counted since it is there (the kernel's struct rtnl_link_stats64).
struct InterfaceCounts {
    std::string name;
    FrameCounts in;
    FrameCounts out;
    std::uint64_t out_dropped = 0;  ///< frames that a capture saw on their way out, and the driver then dropped

    friend bool operator==(const InterfaceCounts&, const InterfaceCounts&) = default;
};

/// Reads the text of /proc/net/dev (proc(5)). Nothing for one that is not of this form.
std::optional<std::vector<InterfaceCounts>> parse_interface_counts(std::string_view text);

/// Reads the text of /proc/net/dev_snmp6/NAME: IPv6 packets that were handed to an interface (RFC 4293, ipIfStatsOut-
/// Requests), whether it has counted them yet or not. Nothing for a text that does not tell it.
std::optional<std::uint64_t> parse_ipv6_requests(std::string_view text);

/// The interfaces of the network namespace that it was opened in, whatever becomes of this process's rights.
class InterfaceTable {
public:
    /// Nothing where /proc does not show them.
    static std::optional<InterfaceTable> open();

    /// Nothing where the table cannot be read.
    std::optional<std::vector<InterfaceCounts>> read() const;

    /// Of an interface, as parse_ipv6_requests() has it; nothing where it has no IPv6.
    std::optional<std::uint64_t> ipv6_requests(const std::string& name) const;

    /// Octets of the link-layer header that the counts have for each frame; nothing for an interface whose counts are
    /// not of such frames (tunnels count theirs in ways of their own).
    std::optional<std::uint64_t> header_octets(const std::string& name) const;

    /// The octets from the IP header on that a frame of the wire has at most; nothing for an unknown interface.
    std::optional<std::uint64_t> mtu(const std::string& name) const;

private:
    InterfaceTable(FileDescriptor folder, FileDescriptor file, FileDescriptor socket)
        : folder_{std::move(folder)}, file_{std::move(file)}, socket_{std::move(socket)}
    {
    }

    FileDescriptor folder_;
    FileDescriptor file_;
    FileDescriptor socket_;  // for what the file does not tell
};

}  // namespace waybill
