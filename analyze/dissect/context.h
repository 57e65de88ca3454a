#pragma once

#include <cstdint>
#include <functional>

#include "analyze/dissect/hello_cache.h"
#include "analyze/dissect/side.h"
#include "analyze/name/text_pool.h"
#include "base/cursor.h"
#include "model/time.h"

namespace waybill {

/// What dissecting could not see or would not keep, summed over all connections: the source of gaps.
struct DissectCounters {
    std::uint64_t http_unsynchronised =
        0;                             ///< times a side's message boundaries were lost, by missing or broken octets
    std::uint64_t http_malformed = 0;  ///< heads with lines that are no fields; the other lines were read
    std::uint64_t http2_unsynchronised = 0;  ///< sides whose frames or fields could not be followed on
    std::uint64_t head_bound = 0;            ///< heads or header blocks over the bound, read as far as it goes
    std::uint64_t head_truncated = 0;        ///< heads that end early, read as far as they go
    std::uint64_t hello_malformed = 0;
    std::uint64_t hello_truncated = 0;
    std::uint64_t dns_unsynchronised = 0;  ///< sides of DNS over TCP whose message boundaries were lost
    std::uint64_t dns_lost_messages =
        0;                              ///< messages of DNS over TCP that are known to have been there, not seen whole
    std::uint64_t ssh_malformed = 0;    ///< identification strings that RFC 4253, 4.2 forbids
    std::uint64_t socks_malformed = 0;  ///< a SOCKS dialogue that broke off its grammar
    std::uint64_t names_bound = 0;      ///< names left out: too many on one flow, or too long to be one
    std::uint64_t tunnel_bound = 0;     ///< tunnels in tunnels deeper than are followed

    friend bool operator==(const DissectCounters&, const DissectCounters&) = default;
};

/// What all connections share. It outlives each of them.
struct DissectContext {
    /// Takes one whole DNS message of DNS over TCP, without its length octets (RFC 1035, 4.2.2); borrowed for the call.
    using DnsSink = std::function<void(Side, Bytes message, Timestamp at)>;

    HelloCache hellos;
    Fingerprints fingerprints = Fingerprints::with_ja3;  ///< of ClientHellos
    TextPool names;                                      ///< what flows are called: few names, many flows
    DissectCounters counters;
    DnsSink dns;  ///< called from within TcpConnection::data(); may be empty
};

}  // namespace waybill
