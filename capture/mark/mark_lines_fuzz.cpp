#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <span>
#include <vector>

#include "base/cursor.h"
#include "capture/mark/mark_lines.h"
#include "model/phase.h"

/// The same labels come of any octets, in whatever pieces the pipe gives them; none is longer than it may be or empty.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    const std::string_view octets = as_text(std::as_bytes(std::span{data, size}));
    constexpr std::string_view ellipsis = "…";
    MarkLines at_once;
    std::vector<std::string> whole = at_once.add(octets);
    std::ranges::move(at_once.finish(), std::back_inserter(whole));
    MarkLines by_pieces;
    std::vector<std::string> pieces;
    for (const char octet : octets)
        std::ranges::move(by_pieces.add(std::string_view{&octet, 1}), std::back_inserter(pieces));
    std::ranges::move(by_pieces.finish(), std::back_inserter(pieces));
    if (whole != pieces)
        std::abort();
    for (const std::string& label : whole)
        if (label.empty() || label.size() > Mark::max_label_octets + ellipsis.size())
            std::abort();
    return 0;
}
