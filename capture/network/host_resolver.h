#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/address.h"

namespace waybill::contained {

/// How the host looks names up (resolv.conf(5)).
struct HostResolver {
    std::vector<IpAddress> servers;  ///< that another network namespace can reach
    std::vector<std::string> lines;  ///< search and options, as they stand
    bool is_local = false;           ///< it has a server on the loopback interface: a cache or a stub
};

/// Reads what a resolv.conf says.
HostResolver read_resolver(std::string_view resolv_conf);

/// The host's, past the stub of systemd-resolved where that is known.
HostResolver host_resolver();

}  // namespace waybill::contained
