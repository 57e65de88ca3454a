#include "capture/network/veth.h"

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <unistd.h>

#include <initializer_list>
#include <string>

#include "capture/network/interface.h"
#include "capture/network/namespaces.h"
#include "capture/network/rtnetlink.h"

namespace waybill::contained {
namespace {

std::string one(const char* ipv4)
{
    return std::string{ipv4} + "/32";
}

std::string one_v6(const char* ipv6)
{
    return std::string{ipv6} + "/128";
}

std::error_code start(const char* interface_name)
{
    set_network_setting("ipv6/conf/all/disable_ipv6", "0");  // a host's setting may have come along; IPv6 is optional
    set_network_setting(std::string{"ipv6/conf/"} + interface_name + "/router_solicitations", "0");
    set_network_setting(std::string{"ipv6/conf/"} + interface_name + "/addr_gen_mode", "1");  // no link-local address
    set_network_setting(std::string{"ipv4/conf/"} + interface_name + "/rp_filter", "0");
    set_network_setting("ipv4/conf/all/rp_filter", "0");
    switch_offload_off(interface_name);
    if (const auto failed = bring_up("lo", Neighbours::resolved))
        return failed;
    return bring_up(interface_name, Neighbours::none);
}

std::error_code add_routes(RouteNetlink& netlink, std::initializer_list<RouteNetlink::Route> routes)
{
    for (const RouteNetlink::Route& route : routes)
        if (const auto failed = netlink.add_route(route))
            return failed;
    return {};
}

std::error_code set_up_tool_side(bool& has_ipv6)
{
    if (const auto failed = start(LinkPlan::tool_interface))
        return failed;
    RouteNetlink netlink;
    const unsigned link = ::if_nametoindex(LinkPlan::tool_interface);
    if (const auto failed = netlink.add_address(link, one(LinkPlan::tool_ipv4).c_str()))
        return failed;
    if (const auto failed = add_routes(netlink, {{one(LinkPlan::sink_ipv4).c_str(), RTN_UNICAST, RT_TABLE_MAIN, link},
                                                 {"0.0.0.0/0", RTN_UNICAST, RT_TABLE_MAIN, link, LinkPlan::sink_ipv4}}))
        return failed;
    has_ipv6 = !netlink.add_address(link, one_v6(LinkPlan::tool_ipv6).c_str()) &&
               !add_routes(netlink, {{one_v6(LinkPlan::sink_ipv6).c_str(), RTN_UNICAST, RT_TABLE_MAIN, link},
                                     {"::/0", RTN_UNICAST, RT_TABLE_MAIN, link, LinkPlan::sink_ipv6}});
    return {};
}

// Every address is local here (AnyIP). IPv4 needs these routes in the local table, where the source address of an
// answer is looked up; IPv6 takes them in the main table only. The tool's own address stays reachable by its longer
// prefix.
std::error_code set_up_sink_side(bool& has_ipv6)
{
    if (const auto failed = start(LinkPlan::sink_interface))
        return failed;
    RouteNetlink netlink;
    const unsigned link = ::if_nametoindex(LinkPlan::sink_interface);
    const unsigned loopback = ::if_nametoindex("lo");
    if (const auto failed = netlink.add_address(link, one(LinkPlan::sink_ipv4).c_str()))
        return failed;
    if (const auto failed = add_routes(netlink, {{one(LinkPlan::tool_ipv4).c_str(), RTN_UNICAST, RT_TABLE_LOCAL, link},
                                                 {"0.0.0.0/1", RTN_LOCAL, RT_TABLE_LOCAL, loopback},
                                                 {"128.0.0.0/1", RTN_LOCAL, RT_TABLE_LOCAL, loopback}}))
        return failed;
    has_ipv6 = !netlink.add_address(link, one_v6(LinkPlan::sink_ipv6).c_str()) &&
               !add_routes(netlink, {{one_v6(LinkPlan::tool_ipv6).c_str(), RTN_UNICAST, RT_TABLE_MAIN, link},
                                     {"::/0", RTN_LOCAL, RT_TABLE_MAIN, loopback}});
    return {};
}

}  // namespace

std::expected<bool, RunError> join_namespaces(const NetworkNamespaces& namespaces)
{
    if (::setns(namespaces.tool, CLONE_NEWNET) != 0)
        return std::unexpected(step_failed("enter the tool's network namespace", last_error()));
    RouteNetlink netlink;
    if (netlink.connected())
        return std::unexpected(step_failed("open a netlink socket", netlink.connected()));
    if (const auto failed = netlink.add_veth(LinkPlan::tool_interface, LinkPlan::sink_interface, namespaces.sink))
        return std::unexpected(step_failed("make the veth pair (kernel module veth)", failed));
    if (::setns(namespaces.sink, CLONE_NEWNET) != 0)
        return std::unexpected(step_failed("enter the sink's network namespace", last_error()));
    bool sink_has_ipv6 = false;
    bool tool_has_ipv6 = false;
    if (const auto failed = set_up_sink_side(sink_has_ipv6))
        return std::unexpected(step_failed("set up the sink's interface", failed));
    if (::setns(namespaces.tool, CLONE_NEWNET) != 0)
        return std::unexpected(step_failed("enter the tool's network namespace", last_error()));
    if (const auto failed = set_up_tool_side(tool_has_ipv6))
        return std::unexpected(step_failed("set up the tool's interface", failed));
    return sink_has_ipv6 && tool_has_ipv6;
}

std::expected<Networks, RunError> make_networks()
{
    auto sink = open_network_namespace();
    if (!sink)
        return std::unexpected(sink.error());
    if (::unshare(CLONE_NEWNET) != 0)
        return std::unexpected(step_failed("make a second network namespace", last_error()));
    auto tool = open_network_namespace();
    if (!tool)
        return std::unexpected(tool.error());
    const auto has_ipv6 = join_namespaces({tool->get(), sink->get()});
    if (!has_ipv6)
        return std::unexpected(has_ipv6.error());
    return Networks{*std::move(sink), *std::move(tool), *has_ipv6};
}

}  // namespace waybill::contained
