#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "base/cursor.h"
#include "logs/named_endpoint.h"

// What text names is the same when it is written again as host:port.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    const auto text = as_text(std::as_bytes(std::span{data, size}));
    const auto endpoint = logs::read_endpoint(text, logs::NamedBy::entry);
    if (!endpoint)
        return 0;
    if (endpoint->is_empty() || (endpoint->host && endpoint->address.family() != IpAddress::Family::none))
        std::abort();
    std::string written = endpoint->host ? endpoint->host->text() : endpoint->address.text();
    if (endpoint->address.is_v6())
        written = "[" + written + "]";
    if (endpoint->port)
        written += ":" + std::to_string(number(*endpoint->port));
    const auto again = logs::read_endpoint(written, logs::NamedBy::entry);
    if (!again || again->host != endpoint->host || again->address != endpoint->address || again->port != endpoint->port)
        std::abort();
    return 0;
}
