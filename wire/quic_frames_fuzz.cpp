#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <ranges>

#include "wire/quic_frames.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    quic::FrameReader reader{std::as_bytes(std::span{data, size})};
    std::vector<quic::Frame> frames;
    for (auto frame = reader.next(); frame && *frame; frame = reader.next())
        frames.push_back(**frame);
    quic::CryptoAssembler forwards;
    quic::CryptoAssembler backwards;
    std::size_t octets = 0;
    bool refused = false;
    for (const quic::Frame& frame : frames) {
        refused |= !forwards.add(frame.offset, frame.octets);
        octets += frame.octets.size();
    }
    for (const quic::Frame& frame : frames | std::views::reverse)
        refused |= !backwards.add(frame.offset, frame.octets);
    if (octets > size || forwards.stored() > octets)
        std::abort();  // it claims more octets than there were
    if (!refused && !forwards.ambiguous() && !std::ranges::equal(forwards.prefix(), backwards.prefix()))
        std::abort();  // the order of the frames changes the stream
    return 0;
}
