#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/endpoint.h"
#include "model/time.h"

namespace waybill {

/// How a process reaches one outside of the recording, on the same machine.
enum class LocalSocketKind : std::uint8_t { unix_stream, unix_datagram, tcp, udp };

/// The word of owners.ndjson and report.json.
constexpr std::string_view text(LocalSocketKind kind)
{
    switch (kind) {
        using enum LocalSocketKind;
        case unix_stream:
            return "unix-stream";
        case unix_datagram:
            return "unix-datagram";
        case tcp:
            return "tcp";
        case udp:
            break;
    }
    return "udp";
}

/// What became of a request to a local socket, as far as it is known.
enum class LocalSocketOutcome : std::uint8_t {
    tried,     ///< whether anybody is there is not known, or nobody was
    asked,     ///< a socket is there that is not of the recording; whether it answered is not known
    answered,  ///< octets passed
};

constexpr std::string_view text(LocalSocketOutcome outcome)
{
    switch (outcome) {
        using enum LocalSocketOutcome;
        case tried:
            return "tried";
        case asked:
            return "asked";
        case answered:
            break;
    }
    return "answered";
}

/// A process spoke to a socket of this machine whose listener is none of the recording's processes. What that one
/// contacted on behalf of it is not in the recording.
struct Delegation {
    std::uint64_t process = 0;  ///< that asked; 0: not known
    LocalSocketKind kind{};
    std::string path;                ///< of a UNIX socket, printable; an abstract name begins with "@"; else empty
    SocketAddress server;            ///< of TCP and UDP
    std::uint32_t listener_pid = 0;  ///< as Waybill sees it; 0: not known
    std::string listener;            ///< the executable of who listens; empty: not known
    LocalSocketOutcome outcome{};
    std::uint64_t count = 0;  ///< connections, or flows of datagrams
    Timestamp first;
    Timestamp last;

    friend bool operator==(const Delegation&, const Delegation&) = default;
};

}  // namespace waybill
