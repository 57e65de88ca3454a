#include <algorithm>
#include <cstdlib>
#include <span>
#include <vector>

#include "analyze/decode/decoder.h"
#include "analyze/decode/plain_headers.h"

namespace {

/// The segment that the walk over all headers gives for what the Ethernet frame carries, put into a frame of another
/// link type, whose header has six octets more.
waybill::Segment walked(const waybill::Packet& ethernet, std::vector<std::byte>& frame)
{
    constexpr std::size_t more_octets = 6;  // 20 of LINKTYPE_LINUX_SLL2, 14 of Ethernet
    waybill::GapCounters gaps;
    waybill::Decoder decoder{gaps};
    frame.assign(20, std::byte{});
    std::ranges::copy(ethernet.octets.subspan(12, 2), frame.begin());
    frame.insert(frame.end(), ethernet.octets.begin() + 14, ethernet.octets.end());
    waybill::Packet packet = ethernet;
    packet.link_type = waybill::LinkType::linux_sll2;
    packet.octets = frame;
    packet.wire_length += more_octets;
    const auto segments = decoder.decode(packet);
    if (segments.size() != 1)
        std::abort();
    waybill::Segment segment = segments.front();
    segment.wire_length -= more_octets;
    return segment;
}

}  // namespace

/// What is read in one go is what the walk over all headers reads.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    Packet packet;
    packet.link_type = LinkType::ethernet;
    packet.octets = std::as_bytes(std::span{data, size});
    const auto behind = size > 20 ? std::to_integer<std::uint32_t>(packet.octets.back()) : 0;
    packet.wire_length = static_cast<std::uint32_t>(size) + behind;
    Segment plain;
    if (!read_plain_headers(packet, plain))
        return 0;
    std::vector<std::byte> frame;
    const Segment other = walked(packet, frame);
    const auto same = [&](auto member) { return plain.*member == other.*member; };
    const bool all_same = same(&Segment::source) && same(&Segment::destination) && same(&Segment::source_port) &&
                          same(&Segment::destination_port) && same(&Segment::transport) && same(&Segment::protocol) &&
                          same(&Segment::tcp_flags) && same(&Segment::tcp_sequence) &&
                          same(&Segment::tcp_acknowledgment) && same(&Segment::wire_length) &&
                          same(&Segment::ip_length) && same(&Segment::payload_length) && same(&Segment::packets);
    if (!all_same || plain.payload.size() != other.payload.size())
        std::abort();
    return 0;
}
