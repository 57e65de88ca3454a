#include <cstdint>
#include <cstdlib>

#include "analyze/name/dns_cache.h"
#include "wire/dns_rdata.h"

/// A small cache stays within its bounds, and what one message teaches can be looked up.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    constexpr std::size_t bound = 5;
    static TextPool pool;
    static DnsCache cache{pool, {.addresses = bound, .ech_names = 3}};
    static std::int64_t clock = 0;
    const Timestamp now{std::chrono::seconds{++clock}};
    const IpAddress client = IpAddress::from_octets(std::as_bytes(std::span{data, size}).first(size < 4 ? 0 : 4));
    dns::Message message;
    (void)dns::parse_message(std::as_bytes(std::span{data, size}), size + size % 2,
                             message);  // damage is in the message
    cache.learn_response(message, client, now);
    if (cache.size() > bound)
        std::abort();
    for (const dns::Record& record : message.records) {
        const auto address = dns::address_of(message, record);
        if (!address)
            continue;
        cache.for_each_name(client, *address, now, [&](const DnsCache::Candidate& candidate) {
            if (candidate.name.text().empty() || candidate.answered > now || is_special(*address))
                std::abort();
        });
    }
    return 0;
}
