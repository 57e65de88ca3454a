#pragma once

#include <netlink/netlink.h>

#include <memory>
#include <string>
#include <system_error>

namespace waybill::contained {

/// A route netlink socket of the network namespace that it was opened in.
class RouteNetlink {
public:
    /// Nothing but errors come from one that could not be connected.
    RouteNetlink();

    std::error_code connected() const { return connected_; }

    /// A veth pair: `name` here, `peer_name` in `peer_namespace` (a descriptor of /proc/…/ns/net). Both ends have the
    /// same hardware address, so that they may do without neighbour discovery (interface.h).
    std::error_code add_veth(const char* name, const char* peer_name, int peer_namespace);

    /// An address with a prefix length, as text; IPv6 without duplicate address detection.
    std::error_code add_address(unsigned interface_index, const char* address);

    struct Route {
        const char* destination;  ///< address/length
        unsigned char type;       ///< RTN_UNICAST, RTN_LOCAL
        unsigned table;           ///< RT_TABLE_MAIN, RT_TABLE_LOCAL
        unsigned interface_index;
        const char* gateway = nullptr;  ///< reached on the interface even without a route to it
    };
    std::error_code add_route(const Route& route);

private:
    struct Free {
        void operator()(nl_sock* socket) const { nl_socket_free(socket); }
    };
    std::unique_ptr<nl_sock, Free> socket_;
    std::error_code connected_;
};

}  // namespace waybill::contained
