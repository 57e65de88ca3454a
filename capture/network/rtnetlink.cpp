#include "capture/network/rtnetlink.h"

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <netlink/errno.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/veth.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include <sys/socket.h>

#include <cstdlib>

namespace waybill::contained {
namespace {

struct PutAddress {
    void operator()(nl_addr* address) const { nl_addr_put(address); }
};
struct PutInterfaceAddress {
    void operator()(rtnl_addr* address) const { rtnl_addr_put(address); }
};
struct PutRoute {
    void operator()(rtnl_route* route) const { rtnl_route_put(route); }
};
struct ReleaseVeth {
    void operator()(rtnl_link* link) const { rtnl_link_veth_release(link); }
};
using Address = std::unique_ptr<nl_addr, PutAddress>;

/// libnl's own error numbers as the errno that they stand for, as far as set-up needs to tell them apart.
std::error_code from_libnl(int result)
{
    if (result >= 0)
        return {};
    switch (std::abs(result)) {
        case NLE_PERM:
            return std::make_error_code(std::errc::operation_not_permitted);
        case NLE_NOACCESS:
            return std::make_error_code(std::errc::permission_denied);
        case NLE_NOMEM:
            return std::make_error_code(std::errc::not_enough_memory);
        case NLE_EXIST:
            return std::make_error_code(std::errc::file_exists);
        case NLE_OPNOTSUPP:
            return std::make_error_code(std::errc::operation_not_supported);
        case NLE_AF_NOSUPPORT:
            return std::make_error_code(std::errc::address_family_not_supported);
        case NLE_NODEV:
            return std::make_error_code(std::errc::no_such_device);
        default:
            return std::make_error_code(std::errc::invalid_argument);
    }
}

Address parse(const char* text)
{
    nl_addr* address = nullptr;
    if (nl_addr_parse(text, AF_UNSPEC, &address) != 0)
        return nullptr;
    return Address{address};
}

}  // namespace

RouteNetlink::RouteNetlink() : socket_{nl_socket_alloc()}
{
    connected_ = socket_ ? from_libnl(nl_connect(socket_.get(), NETLINK_ROUTE))
                         : std::make_error_code(std::errc::not_enough_memory);
}

std::error_code RouteNetlink::add_veth(const char* name, const char* peer_name, int peer_namespace)
{
    const std::unique_ptr<rtnl_link, ReleaseVeth> link{rtnl_link_veth_alloc()};
    if (!link)
        return std::make_error_code(std::errc::not_enough_memory);
    rtnl_link_set_name(link.get(), name);
    rtnl_link* const peer = rtnl_link_veth_get_peer(link.get());
    rtnl_link_set_name(peer, peer_name);
    rtnl_link_set_ns_fd(peer, peer_namespace);
    const Address hardware_address = parse("02:00:00:00:00:01");  // locally administered
    rtnl_link_set_addr(link.get(), hardware_address.get());
    rtnl_link_set_addr(peer, hardware_address.get());
    const auto result = from_libnl(rtnl_link_add(socket_.get(), link.get(), NLM_F_CREATE | NLM_F_EXCL));
    rtnl_link_put(peer);  // veth_get_peer took a reference
    return result;
}

std::error_code RouteNetlink::add_address(unsigned interface_index, const char* address)
{
    const Address local = parse(address);
    const std::unique_ptr<rtnl_addr, PutInterfaceAddress> entry{rtnl_addr_alloc()};
    if (!local || !entry)
        return std::make_error_code(std::errc::not_enough_memory);
    rtnl_addr_set_ifindex(entry.get(), static_cast<int>(interface_index));
    if (const int result = rtnl_addr_set_local(entry.get(), local.get()); result != 0)
        return from_libnl(result);
    if (nl_addr_get_family(local.get()) == AF_INET6)
        rtnl_addr_set_flags(entry.get(), IFA_F_NODAD);
    return from_libnl(rtnl_addr_add(socket_.get(), entry.get(), 0));
}

std::error_code RouteNetlink::add_route(const Route& route)
{
    const Address destination = parse(route.destination);
    const std::unique_ptr<rtnl_route, PutRoute> entry{rtnl_route_alloc()};
    rtnl_nexthop* const hop = rtnl_route_nh_alloc();
    if (!destination || !entry || hop == nullptr)
        return std::make_error_code(std::errc::not_enough_memory);
    const int family = nl_addr_get_family(destination.get());
    rtnl_route_set_family(entry.get(), static_cast<std::uint8_t>(family));
    rtnl_route_set_table(entry.get(), route.table);
    rtnl_route_set_type(entry.get(), route.type);
    rtnl_route_set_dst(entry.get(), destination.get());
    if (family == AF_INET)
        rtnl_route_set_scope(entry.get(), route.type == RTN_LOCAL    ? RT_SCOPE_HOST
                                          : route.gateway == nullptr ? RT_SCOPE_LINK
                                                                     : RT_SCOPE_UNIVERSE);
    rtnl_route_nh_set_ifindex(hop, static_cast<int>(route.interface_index));
    if (route.gateway != nullptr) {
        const Address gateway = parse(route.gateway);
        rtnl_route_nh_set_gateway(hop, gateway.get());
        rtnl_route_nh_set_flags(hop, RTNH_F_ONLINK);
    }
    rtnl_route_add_nexthop(entry.get(), hop);  // the route owns it from here on
    return from_libnl(rtnl_route_add(socket_.get(), entry.get(), NLM_F_CREATE | NLM_F_EXCL));
}

}  // namespace waybill::contained
