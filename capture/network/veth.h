#pragma once

#include <expected>

#include "base/file_descriptor.h"
#include "capture/network/run_error.h"

namespace waybill::contained {

/// The two ends of the sinkhole's only link. The tool's side looks like an ordinary host with one interface; everything
/// that is not its own address goes to the sink, which takes every address for its own.
struct LinkPlan {
    static constexpr const char* tool_interface = "eth0";
    static constexpr const char* sink_interface = "sink0";
    static constexpr const char* tool_ipv4 = "10.77.0.2";  // RFC 1918
    static constexpr const char* sink_ipv4 = "10.77.0.1";  // gateway and name server of the tool's side
    static constexpr const char* tool_ipv6 = "fd77::2";    // RFC 4193
    static constexpr const char* sink_ipv6 = "fd77::1";
};

/// The network namespaces of one run, as descriptors of /proc/…/ns/net.
struct NetworkNamespaces {
    int tool = -1;
    int sink = -1;
};

/// Joins the two namespaces by a veth pair and gives both ends their addresses and routes. Afterwards any packet that
/// the tool's side sends to any address is delivered on the sink's side.
///
/// Segmentation and checksum offload are off at both ends, so that packets are captured as a wire would carry them.
/// Gives whether IPv6 works too. Needs CAP_NET_ADMIN and CAP_SYS_ADMIN in the user namespace that owns both; leaves the
/// calling process in the tool's namespace.
std::expected<bool, RunError> join_namespaces(const NetworkNamespaces& namespaces);

/// Two network namespaces that are joined.
struct Networks {
    FileDescriptor sink;
    FileDescriptor tool;
    bool has_ipv6 = false;
};

/// Makes the calling process's namespace the sink's and a further one the tool's, joins them, and leaves the process in
/// the tool's.
std::expected<Networks, RunError> make_networks();

}  // namespace waybill::contained
