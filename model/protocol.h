#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace waybill {

/// What was recognised in a flow's payload; `unknown` when nothing was.
enum class Protocol : std::uint8_t {
    unknown,
    tls,
    quic,
    dtls,
    http,
    http2,
    dns,
    mdns,
    llmnr,
    ssh,
    socks,
    ntp,
    stun,
    wireguard,
    smtp,
    imap,
    pop3,
    ftp,
    irc,
    xmpp,
    ldap,
    postgresql,
};

inline constexpr std::array<std::string_view, 22> protocol_words{
    "",    "tls",  "quic",      "dtls", "http", "http2", "dns", "mdns", "llmnr", "ssh",  "socks",
    "ntp", "stun", "wireguard", "smtp", "imap", "pop3",  "ftp", "irc",  "xmpp",  "ldap", "postgresql"};

/// The word of events.ndjson; "" for unknown.
constexpr std::string_view text(Protocol protocol)
{
    const auto index = static_cast<std::size_t>(protocol);
    return index < protocol_words.size() ? protocol_words[index] : std::string_view{};
}

/// The protocol whose word it is.
std::optional<Protocol> find_protocol(std::string_view word);

}  // namespace waybill
