#pragma once

#include <string>
#include <vector>

#include "model/flow.h"
#include "model/proxy_settings.h"

namespace waybill {

/// What a proxy was asked for on a flow.
struct ProxyTarget {
    enum class Form : std::uint8_t {
        tunnel,   ///< HTTP CONNECT or SOCKS: one connection leads on
        request,  ///< a host in a request (HTTP), which need not be one to a proxy
    };
    std::string host;  ///< a name in lower case, or an address as IpAddress writes it
    Port port{};       ///< 0: not told
    Form form = Form::tunnel;
    Timestamp at;  ///< when it was asked, else when the flow began

    friend bool operator==(const ProxyTarget&, const ProxyTarget&) = default;
};

/// The targets that a flow's octets name, in the order of the facts. A request to this machine itself is none.
std::vector<ProxyTarget> proxy_targets(const Flow& flow);

/// Whether a flow is to the proxy that a variable names. A name can be told where an answer of DNS named the flow's
/// address: without one, what is at the proxy's port may be it.
enum class ToProxy : std::uint8_t { yes, no, unknown };
ToProxy to_proxy(const Flow& flow, const ProxyVariable& variable);

/// A name or an address as targets are written: in lower case, without a last dot, brackets or other spellings.
std::string target_host(std::string_view name);

}  // namespace waybill
