#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/flow_facts.h"
#include "model/time.h"

namespace waybill {

struct DnsQuestion {
    std::string name;   ///< presentation form, no trailing dot; "." for the root
    std::string qtype;  ///< mnemonic of the IANA registry, TYPE1234 where there is none (RFC 3597)
};

struct DnsAnswer {
    std::string name;
    std::string rtype;
    std::string rdata;  ///< presentation form of the types that name something (A, AAAA, CNAME, PTR, …), else empty
    std::uint32_t ttl = 0;
};

/// An SRV record (RFC 2782): it names a host and a port, not an address.
struct DnsService {
    std::string name;
    std::string target;
    std::uint16_t port = 0;
    std::uint32_t ttl = 0;
};

/// One DNS, mDNS or LLMNR message.
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
