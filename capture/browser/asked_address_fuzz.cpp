#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "base/cursor.h"
#include "capture/browser/asked_address.h"

/// What is handed on is the line itself, printable ASCII with a host that stands in it; and no port is opened that
/// needs a privilege, or that is told twice.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    const std::string_view line = as_text(std::as_bytes(std::span{data, size}));
    const auto asked = read_asked_address(line);
    if (!asked)
        return 0;
    const bool is_printable = std::ranges::all_of(line, [](char each) { return each > ' ' && each < '\x7f'; });
    std::string lowered{line};
    std::ranges::transform(lowered, lowered.begin(),
                           [](char each) { return each >= 'A' && each <= 'Z' ? static_cast<char>(each + 32) : each; });
    if (asked->address != line || !is_printable || asked->host.empty() || !lowered.starts_with("http") ||
        !lowered.contains(asked->host))
        std::abort();
    if (asked->ports.size() > AskedAddress::most_ports || (!asked->ports.empty() && !asked->is_sign_in))
        std::abort();
    for (auto port = asked->ports.begin(); port != asked->ports.end(); ++port)
        if (*port < 1024 || std::find(port + 1, asked->ports.end(), *port) != asked->ports.end())
            std::abort();
    return 0;
}
