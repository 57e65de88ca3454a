#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "analyze/dissect/dns_stream.h"

/// However a stream is cut, the same messages come out, and no more than a message is held.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    if (size == 0)
        return 0;
    const Bytes input = std::as_bytes(std::span{data, size});
    const Bytes octets = input.subspan(1);
    const auto missing = std::to_integer<std::size_t>(input.front());
    const std::size_t step = 1 + missing;
    std::vector<std::vector<std::byte>> whole;
    std::vector<std::vector<std::byte>> pieces;
    DnsStream at_once;
    at_once.feed(octets, [&](Bytes message) { whole.emplace_back(message.begin(), message.end()); });
    DnsStream in_pieces;
    for (std::size_t at = 0; at < octets.size(); at += step) {
        const Bytes part = octets.subspan(at, std::min(step, octets.size() - at));
        in_pieces.feed(part, [&](Bytes message) { pieces.emplace_back(message.begin(), message.end()); });
        if (in_pieces.held_octets() > 2 + 65535)
            std::abort();
    }
    if (whole != pieces || at_once.unsynchronised() != in_pieces.unsynchronised())
        std::abort();
    in_pieces.missing(missing);  // only that it ends in a state that can go on
    in_pieces.feed(octets, [](Bytes) {});
    return 0;
}
