// The functions of libnl-route and libnl that are used here, under their own names: the library is loaded with the
// first call. Each is declared by the library's own header, so that a type that differs does not compile.
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/veth.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>

#include "capture/deferred/libraries.h"

namespace waybill {

DeferredLibrary& libnl()
{
    static DeferredLibrary library{WAYBILL_LIBNL_ROUTE};
    return library;
}

}  // namespace waybill

using waybill::libnl;

extern "C" {
int nl_addr_get_family(const nl_addr* address)
{
    return libnl().call<&nl_addr_get_family>("nl_addr_get_family", address);
}
int nl_addr_parse(const char* text, int hint, nl_addr** address)
{
    return libnl().call<&nl_addr_parse>("nl_addr_parse", text, hint, address);
}
void nl_addr_put(nl_addr* address)
{
    libnl().call<&nl_addr_put>("nl_addr_put", address);
}
int nl_connect(nl_sock* socket, int protocol)
{
    return libnl().call<&nl_connect>("nl_connect", socket, protocol);
}
nl_sock* nl_socket_alloc()
{
    return libnl().call<&nl_socket_alloc>("nl_socket_alloc");
}
void nl_socket_free(nl_sock* socket)
{
    libnl().call<&nl_socket_free>("nl_socket_free", socket);
}
int rtnl_addr_add(nl_sock* socket, rtnl_addr* entry, int flags)
{
    return libnl().call<&rtnl_addr_add>("rtnl_addr_add", socket, entry, flags);
}
rtnl_addr* rtnl_addr_alloc()
{
    return libnl().call<&rtnl_addr_alloc>("rtnl_addr_alloc");
}
void rtnl_addr_put(rtnl_addr* entry)
{
    libnl().call<&rtnl_addr_put>("rtnl_addr_put", entry);
}
void rtnl_addr_set_flags(rtnl_addr* entry, unsigned int flags)
{
    libnl().call<&rtnl_addr_set_flags>("rtnl_addr_set_flags", entry, flags);
}
void rtnl_addr_set_ifindex(rtnl_addr* entry, int index)
{
    libnl().call<&rtnl_addr_set_ifindex>("rtnl_addr_set_ifindex", entry, index);
}
int rtnl_addr_set_local(rtnl_addr* entry, nl_addr* address)
{
    return libnl().call<&rtnl_addr_set_local>("rtnl_addr_set_local", entry, address);
}
int rtnl_link_add(nl_sock* socket, rtnl_link* link, int flags)
{
    return libnl().call<&rtnl_link_add>("rtnl_link_add", socket, link, flags);
}
void rtnl_link_put(rtnl_link* link)
{
    libnl().call<&rtnl_link_put>("rtnl_link_put", link);
}
void rtnl_link_set_addr(rtnl_link* link, nl_addr* address)
{
    libnl().call<&rtnl_link_set_addr>("rtnl_link_set_addr", link, address);
}
void rtnl_link_set_name(rtnl_link* link, const char* name)
{
    libnl().call<&rtnl_link_set_name>("rtnl_link_set_name", link, name);
}
void rtnl_link_set_ns_fd(rtnl_link* link, int descriptor)
{
    libnl().call<&rtnl_link_set_ns_fd>("rtnl_link_set_ns_fd", link, descriptor);
}
rtnl_link* rtnl_link_veth_alloc()
{
    return libnl().call<&rtnl_link_veth_alloc>("rtnl_link_veth_alloc");
}
rtnl_link* rtnl_link_veth_get_peer(rtnl_link* link)
{
    return libnl().call<&rtnl_link_veth_get_peer>("rtnl_link_veth_get_peer", link);
}
void rtnl_link_veth_release(rtnl_link* link)
{
    libnl().call<&rtnl_link_veth_release>("rtnl_link_veth_release", link);
}
int rtnl_route_add(nl_sock* socket, rtnl_route* route, int flags)
{
    return libnl().call<&rtnl_route_add>("rtnl_route_add", socket, route, flags);
}
void rtnl_route_add_nexthop(rtnl_route* route, rtnl_nexthop* hop)
{
    libnl().call<&rtnl_route_add_nexthop>("rtnl_route_add_nexthop", route, hop);
}
rtnl_route* rtnl_route_alloc()
{
    return libnl().call<&rtnl_route_alloc>("rtnl_route_alloc");
}
rtnl_nexthop* rtnl_route_nh_alloc()
{
    return libnl().call<&rtnl_route_nh_alloc>("rtnl_route_nh_alloc");
}
void rtnl_route_nh_set_flags(rtnl_nexthop* hop, unsigned int flags)
{
    libnl().call<&rtnl_route_nh_set_flags>("rtnl_route_nh_set_flags", hop, flags);
}
void rtnl_route_nh_set_gateway(rtnl_nexthop* hop, nl_addr* address)
{
    libnl().call<&rtnl_route_nh_set_gateway>("rtnl_route_nh_set_gateway", hop, address);
}
void rtnl_route_nh_set_ifindex(rtnl_nexthop* hop, int index)
{
    libnl().call<&rtnl_route_nh_set_ifindex>("rtnl_route_nh_set_ifindex", hop, index);
}
void rtnl_route_put(rtnl_route* route)
{
    libnl().call<&rtnl_route_put>("rtnl_route_put", route);
}
int rtnl_route_set_dst(rtnl_route* route, nl_addr* address)
{
    return libnl().call<&rtnl_route_set_dst>("rtnl_route_set_dst", route, address);
}
int rtnl_route_set_family(rtnl_route* route, uint8_t family)
{
    return libnl().call<&rtnl_route_set_family>("rtnl_route_set_family", route, family);
}
void rtnl_route_set_scope(rtnl_route* route, uint8_t scope)
{
    libnl().call<&rtnl_route_set_scope>("rtnl_route_set_scope", route, scope);
}
void rtnl_route_set_table(rtnl_route* route, uint32_t table)
{
    libnl().call<&rtnl_route_set_table>("rtnl_route_set_table", route, table);
}
int rtnl_route_set_type(rtnl_route* route, uint8_t type)
{
    return libnl().call<&rtnl_route_set_type>("rtnl_route_set_type", route, type);
}
}
