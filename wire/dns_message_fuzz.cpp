#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "wire/dns_event.h"
#include "wire/dns_rdata.h"

/// Sections lie within the message, in order; a prefix never gives more than the whole; every name can be read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    const auto octets = std::as_bytes(std::span{data, size});
    dns::Message message;
    const bool whole = dns::parse_message(octets, message).has_value();
    if (whole != (message.damage == dns::Damage::none) || (dns::looks_like_dns(octets, message) && !whole))
        std::abort();
    (void)dns::parse_message(octets, message);  // looks_like_dns left its own reading
    std::size_t end = 0;
    for (const dns::Record& record : message.records) {
        if (record.name < end || std::size_t{record.rdata} + record.rdata_octets > size)
            std::abort();
        end = std::size_t{record.rdata} + record.rdata_octets;
        (void)dns::rdata_text(message, record);  // only that it ends
    }
    dns::EventTeller teller;
    const DnsEvent& event = teller.tell(message, 0, Timestamp{}, Protocol::dns);
    if (std::ranges::any_of(event.answers, [](const DnsAnswer& answer) { return answer.name.empty(); }))
        std::abort();
    const std::size_t records = message.records.size();
    if (size > 0 && (dns::parse_message(octets.first(size - 1), message), message.records.size() > records))
        std::abort();
    return 0;
}
