#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/address.h"
#include "model/endpoint.h"

namespace waybill {

/// Requests of which kind a variable names the proxy for.
enum class ProxiedScheme : std::uint8_t { http, https, all };

/// A variable that names a proxy, as far as it is kept: host and port. Whatever else stands in it (a user, a password,
/// a path) is never read further.
struct ProxyVariable {
    std::string name;  ///< as it is spelled: https_proxy, HTTPS_PROXY, …
    std::string host;  ///< in lower case, an IPv6 address without brackets; empty: it could not be read
    Port port{};       ///< 0: it names none, and which one is meant differs from tool to tool

    ProxiedScheme scheme() const;  ///< by the name
    /// The host as an address: a literal one, and 127.0.0.1 of "localhost". Nothing of another name.
    std::optional<IpAddress> address() const;

    friend bool operator==(const ProxyVariable&, const ProxyVariable&) = default;
};

/// What a command's environment says of proxies.
struct ProxySettings {
    static constexpr std::size_t max_exceptions = 256;  ///< far more than anybody writes

    std::vector<ProxyVariable> variables;  ///< that are set and not empty, in the order of their names
    /// Of NO_PROXY and no_proxy: names, suffixes, addresses and ranges of addresses, and "*". What is none is left out.
    std::vector<std::string> exceptions;

    friend bool operator==(const ProxySettings&, const ProxySettings&) = default;
};

/// Whether these can be settings that read_proxy_settings() gives: what is read of a file may be anything.
bool is_well_formed(const ProxySettings& settings);

/// Reads the variables http_proxy, https_proxy, all_proxy and no_proxy, also in capitals, of NAME=value.
ProxySettings read_proxy_settings(std::span<const std::string> environment);

/// Whether NO_PROXY excepts that host. Tools read it in different ways, so an entry counts if any of the usual ones
/// does: a name stands for itself and what ends in it, with or without "." or "*." before it, whatever its port.
bool excepts_host(const ProxySettings& settings, std::string_view host);

/// Whether it excepts that address: by itself or by a range.
bool excepts_address(const ProxySettings& settings, const IpAddress& address);

/// Some exception is a name: what has no name known may be meant by it.
bool excepts_names(const ProxySettings& settings);

}  // namespace waybill
