#pragma once

#include <cstdint>
#include <string_view>

#include "model/shared_text.h"
#include "model/time.h"

namespace waybill {

/// How a name was learnt, from what stands on the wire.
enum class NameSource : std::uint8_t {
    tls_sni,
    quic_sni,
    dtls_sni,
    http_host,
    http2_authority,
    proxy_connect,
    socks,
    dns_answer,
};

/// The word of events.ndjson: tls-sni, quic-sni, …
constexpr std::string_view text(NameSource source)
{
    switch (source) {
        using enum NameSource;
        case tls_sni:
            return "tls-sni";
        case quic_sni:
            return "quic-sni";
        case dtls_sni:
            return "dtls-sni";
        case http_host:
            return "http-host";
        case http2_authority:
            return "http2-authority";
        case proxy_connect:
            return "proxy-connect";
        case socks:
            return "socks";
        case dns_answer:
            return "dns-answer";
    }
    return "unknown";
}

/// A host name and how it was learnt, and when.
struct NameClue {
    SharedText name;  ///< as seen, in presentation form: `.` and `\` inside a label and non-printables escaped \DDD
    NameSource source{};
    Timestamp at;            ///< when the octets that say so were captured; for a DNS answer, the answer's time
    bool after_ttl = false;  ///< a DNS answer whose time to live was over when the flow began

    friend bool operator==(const NameClue&, const NameClue&) = default;
};

}  // namespace waybill
