#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/address.h"
#include "model/endpoint.h"
#include "model/hostname.h"

namespace waybill::logs {

/// How a log knows an endpoint's name.
enum class NamedBy : std::uint8_t {
    nothing,        ///< there is only an address
    entry,          ///< an entry of a list or a table, which does not say how it got there
    dns_query,      ///< somebody asked for its address, which is no contact
    http_host,      ///< a request's Host or absolute target
    proxy_connect,  ///< a CONNECT request
    tls_sni,
    quic_sni,
};

/// "entry", "dns-query", "http-host", "proxy-connect", "tls-sni", "quic-sni"; empty for nothing.
std::string_view text(NamedBy named_by);

/// What a record names: what is absent is not in it.
struct LoggedEndpoint {
    std::optional<Hostname> host;
    IpAddress address;  ///< of no family when there is none
    std::optional<Port> port;
    std::optional<Transport> transport;
    NamedBy named_by = NamedBy::nothing;

    bool is_empty() const { return !host && address.family() == IpAddress::Family::none; }
};

/// Whose doing it was, as the log says: nobody here has seen it.
struct AssertedOwner {
    std::string process;  ///< a name or a path
    std::optional<std::uint64_t> pid;
    std::string user;
    std::string device;  ///< the machine that it ran on

    bool is_empty() const { return process.empty() && !pid && user.empty() && device.empty(); }
};

/// What one record of a log says: a line, a row or an event.
struct LogRecord {
    enum class Kind : std::uint8_t {
        endpoint,
        nothing,  ///< it is understood and names no endpoint: a comment, an answer, a request without a host
        header,   ///< the names of columns, in `fields`
        not_understood,
    };

    Kind kind = Kind::nothing;
    LoggedEndpoint endpoint = {};
    AssertedOwner owner = {};
    std::string_view problem = {};         ///< why it is not understood: a text of the program's
    std::string reverse_name = {};         ///< what reverse DNS calls the address: not what was asked for
    std::vector<std::string> fields = {};  ///< of a format that has columns: its cells, which may be fewer or more
};

/// A record that is not understood. `problem` is a literal.
LogRecord not_understood(std::string_view problem);

/// A record of that endpoint, or of nothing when it is empty.
LogRecord record_of(LoggedEndpoint endpoint);

}  // namespace waybill::logs
