#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "capture/owner/local_sockets.h"

/// Whatever a caller's memory holds, the name is printable ASCII and of a bounded length, and a table of names that
/// holds anything is searched to its end.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr std::size_t longest = 108 * 4 + 1;  // each octet as \xHH, behind "@"
    const auto octets = std::as_bytes(std::span{data, size});
    const auto name = waybill::read_local_address(octets);
    waybill::is_bound_in(waybill::as_text(octets), name.value_or("a"));
    if (!name)
        return 0;
    const bool prints = std::ranges::all_of(*name, [](char each) { return each > ' ' && each <= '~'; });
    if (name->empty() || name->size() > longest || !prints)
        std::abort();
    return 0;
}
