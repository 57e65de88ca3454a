#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/flow_facts.h"
#include "model/time.h"

namespace waybill {

struct DnsQuestion {
    std::string_view name;   ///< presentation form, no trailing dot; "." for the root
    std::string_view qtype;  ///< mnemonic of the IANA registry, TYPE1234 where there is none (RFC 3597)
};

struct DnsAnswer {
    std::string_view name;
    std::string_view rtype;
    std::string_view
        rdata;  ///< presentation form of the types that name something (A, AAAA, CNAME, PTR, …), else empty
    std::uint32_t ttl = 0;
};

/// An SRV record (RFC 2782): it names a host and a port, not an address.
struct DnsService {
    std::string_view name;
    std::string_view target;
    std::uint16_t port = 0;
    std::uint32_t ttl = 0;
};

/// One DNS, mDNS or LLMNR message. Its texts are borrowed from whoever tells of it: they are for the time of the
/// telling.
struct DnsEvent {
    std::uint64_t flow = 0;
    Timestamp at;
    bool response = false;
    std::uint16_t rcode = 0;
    Protocol dissector = Protocol::dns;
    std::vector<DnsQuestion> questions;
    std::vector<DnsAnswer> answers;    ///< of the answer section, but for SRV
    std::vector<DnsService> services;  ///< the answer section's SRV records
};

}  // namespace waybill
