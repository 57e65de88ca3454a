#pragma once

#include <cstdint>

#include "model/dns.h"
#include "wire/dns_message.h"

namespace waybill::dns {

/// The message as an event: its questions and the answer section. `dissector` is dns, mdns or llmnr. Of a damaged
/// message it has what was read whole. An UPDATE has neither, for its sections are a zone and
/// conditions (RFC 2136, 2). The rdata of SVCB and HTTPS stays empty: it is parameters, not one name.
DnsEvent to_event(const Message& message, std::uint64_t flow, Timestamp at, Protocol dissector);

}  // namespace waybill::dns
