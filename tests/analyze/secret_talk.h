#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/cursor.h"
#include "tests/support/octets.h"
#include "tests/support/packet_builder.h"
#include "tests/wire/dns_builder.h"
#include "tests/wire/tls_hello_builder.h"

// What conversations of one recording are written with; payload that nobody needs holds a secret.

namespace waybill::test {

using Packets = std::vector<OwnedPacket>;
using Octets = std::vector<std::byte>;

inline constexpr std::string_view secret = "Secret-Payload-0123456789";  ///< must never be recorded

inline constexpr Peer client{"192.0.2.10", 40000};
inline constexpr Peer resolver{"192.0.2.53", 53};

inline Octets client_hello(std::string_view name)
{
    const auto body = HelloBuilder{}.server_name(name).alpn({"h2"}).versions({0x0304}).body();
    return record(22, handshake(1, body));
}

inline Octets server_hello()
{
    return hex(
        "160303 002a | 02 000026 | 0303 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
        " | 00 | 1301 | 00");
}

inline Octets tls_data()
{
    Octets out = hex("170303 0019");
    const Bytes body = as_octets(secret);
    out.insert(out.end(), body.begin(), body.end());
    return out;
}

inline void talk_tls(TcpTalk& talk, std::string_view name)
{
    talk.client(client_hello(name)).server(server_hello()).server(tls_data()).client(tls_data()).client(tls_data());
}

inline std::string with_secret(std::string_view head)
{
    return std::string{head} + std::string{secret};
}

/// A second for each packet so far.
inline Timestamp next_time(const Packets& packets)
{
    return at_second(static_cast<std::int64_t>(packets.size()));
}

/// Another port for each conversation in one recording.
inline Peer next_client(const Packets& packets)
{
    return {client.address, static_cast<std::uint16_t>(40000 + packets.size())};
}

inline void add_udp(Packets& packets, const Peer& from, const Peer& to, Bytes payload)
{
    const auto time = next_time(packets);
    packets.push_back(packet_of(udp_frame(from, to, payload), time));
}

inline TcpTalk connection(Packets& packets, std::uint16_t port)
{
    TcpTalk talk{packets, next_client(packets), {"198.51.100.7", port}, next_time(packets)};
    talk.handshake();
    return talk;
}

inline Octets dns_query(std::string_view name)
{
    return DnsBuilder{DnsBuilder::query}.question(name, dns::Type::a).octets();
}

inline Octets dns_answer(std::string_view name)
{
    return DnsBuilder{DnsBuilder::response}
        .question(name, dns::Type::a)
        .answer("@", dns::Type::a, 60, hex("c6336407"))
        .octets();
}

inline Octets with_length(const Octets& message)
{
    return vector_of(message, 2);
}

}  // namespace waybill::test
