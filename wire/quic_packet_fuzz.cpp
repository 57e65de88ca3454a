#include <cstdint>
#include <cstdlib>

#include "wire/quic_packet.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    Bytes rest = std::as_bytes(std::span{data, size});
    if (quic::looks_like_quic(rest, size) && !quic::parse_packet(rest, size))
        std::abort();
    while (!rest.empty()) {
        const auto packet = quic::parse_packet(rest, rest.size());
        if (!packet)
            break;
        if (packet->octets.empty() || packet->cut() || packet->octets.size() > rest.size())
            std::abort();  // a whole datagram has whole packets, and each takes octets
        if (packet->number_offset != 0 && packet->number_offset + 20 > packet->octets.size())
            std::abort();  // there is no header protection sample
        const auto cut = quic::parse_packet(rest.first(rest.size() - 1), rest.size());
        if (cut && (cut->wire_length != packet->wire_length || cut->number_offset != packet->number_offset))
            std::abort();  // what the capture kept changes what the packet is
        rest = rest.subspan(packet->octets.size());
    }
    return 0;
}
