#include "capture/network/sink.h"

#include <sched.h>

#include <optional>
#include <string_view>

#include "capture/network/redirect.h"
#include "capture/network/sockets.h"
#include "wire/dns_write.h"

namespace waybill::contained {
namespace {

constexpr Port domain{53};  // RFC 1035, 4.2
constexpr Port any_port{0};

std::vector<IpVersion> versions(bool has_ipv6)
{
    if (has_ipv6)
        return {IpVersion::v4, IpVersion::v6};
    return {IpVersion::v4};
}

/// RFC 6761, 6.3: these names are this machine.
bool is_localhost(std::string_view name)
{
    return name == "localhost" || name.ends_with(".localhost");
}

}  // namespace

Sink::Sink(Loop& loop, std::size_t most_connections)
    : connections_{loop, [this](Bytes query) { return answer(query); }, most_connections},
      datagrams_{loop, [this](Bytes query) { return answer(query); }}
{
}

std::optional<std::vector<std::byte>> Sink::answer(Bytes query)
{
    dns::AnswerPolicy policy;
    policy.addresses_of = [this](std::string_view name) -> std::optional<dns::NameAddresses> {
        if (name == ".")
            return dns::NameAddresses{};
        if (is_localhost(name))
            return dns::NameAddresses{IpAddress::parse("127.0.0.1"), IpAddress::parse("::1")};
        return dns::NameAddresses{addresses_.ipv4_of(name), addresses_.ipv6_of(name)};
    };
    return dns::answer_query(query, policy);
}

/// DNS at every address of the current namespace.
std::expected<void, RunError> Sink::answer_names(bool has_ipv6)
{
    for (const IpVersion version : versions(has_ipv6)) {
        auto listener = listen_tcp(version, domain);
        if (!listener)
            return std::unexpected(step_failed("listen on TCP port 53", listener.error()));
        auto socket = bind_udp(version, domain);
        if (!socket)
            return std::unexpected(step_failed("bind UDP port 53", socket.error()));
        auto failed = connections_.serve(*std::move(listener), PoliteServer::Speaks::dns);
        if (!failed)
            failed = datagrams_.serve(*std::move(socket), DatagramServer::Speaks::dns);
        if (failed)
            return std::unexpected(step_failed("wait for DNS queries", failed));
    }
    return {};
}

/// All other ports, of the sink's side alone.
std::expected<void, RunError> Sink::take_the_rest(bool has_ipv6)
{
    RedirectPorts ports{};
    for (const IpVersion version : versions(has_ipv6)) {
        // Both versions on the same port: the redirection names one. The first takes any that is free.
        auto listener = listen_tcp(version, version == IpVersion::v4 ? any_port : ports.tcp);
        if (!listener)
            return std::unexpected(step_failed("listen for connections", listener.error()));
        auto socket = bind_udp(version, version == IpVersion::v4 ? any_port : ports.udp);
        if (!socket)
            return std::unexpected(step_failed("bind a UDP port", socket.error()));
        ports = {local_port(listener->get()), local_port(socket->get())};
        auto failed = connections_.serve(*std::move(listener), PoliteServer::Speaks::politely);
        if (!failed)
            failed = datagrams_.serve(*std::move(socket), DatagramServer::Speaks::nothing);
        if (failed)
            return std::unexpected(step_failed("wait for connections", failed));
    }
    return redirect_everything(ports);
}

std::expected<void, RunError> Sink::open(const NetworkNamespaces& namespaces, bool has_ipv6)
{
    if (::setns(namespaces.sink, CLONE_NEWNET) != 0)
        return std::unexpected(step_failed("enter the sink's network namespace", last_error()));
    if (const auto done = answer_names(has_ipv6); !done)
        return done;
    if (const auto done = take_the_rest(has_ipv6); !done)
        return done;
    if (::setns(namespaces.tool, CLONE_NEWNET) != 0)
        return std::unexpected(step_failed("enter the tool's network namespace", last_error()));
    return answer_names(has_ipv6);
}

}  // namespace waybill::contained
