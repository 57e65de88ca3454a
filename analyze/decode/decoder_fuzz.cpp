#include <algorithm>
#include <cstdlib>
#include <span>

#include "analyze/decode/decoder.h"

/// Whatever the packets, each counts once at the outermost depth at most: now, in a datagram put together, or when that
/// is given up. No segment shows more payload than it claims. Each packet is two octets of length and its frame.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    GapCounters gaps;
    Decoder decoder{gaps};
    Cursor in{std::as_bytes(std::span{data, size})};
    const auto link_type = static_cast<LinkType>(in.u16());
    std::uint64_t packets = 0;
    std::uint64_t counted = 0;
    const auto check = [&](std::span<const Segment> segments) {
        for (const Segment& segment : segments) {
            counted += segment.tunnel_depth == 0 ? segment.packets : 0;
            if (segment.payload.size() > segment.payload_length && segment.payload_length != 0)
                std::abort();
        }
        if (counted > packets)
            std::abort();
    };
    while (in.remaining() > 3) {  // takes three octets at least
        Packet packet;
        packet.link_type = link_type;
        packet.time = Timestamp{std::chrono::seconds{packets * in.u8()}};
        const std::size_t length = in.u16();
        packet.octets = in.bytes(std::min(length, in.remaining()));
        packet.wire_length = static_cast<std::uint32_t>(length);
        ++packets;
        check(decoder.decode(packet));
    }
    check(decoder.finish());
    return 0;
}
