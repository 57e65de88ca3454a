#include <algorithm>
#include <cstdlib>
#include <string>

#include "analyze/flow/tcp_stream.h"
#include "wire/transport.h"

/// However a stream of DNS over TCP is cut into segments, repeated and reordered, its messages come out once each, in
/// order: the same as without all that. Each three octets of the input send a piece; what is not sent comes at the end.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    std::string stream;
    for (int message = 0; message < 40; ++message)
        stream += std::string("\0\x14", 2) + std::string(20, static_cast<char>('a' + message % 26));
    DissectContext context;
    GapCounters gaps;
    StreamBudget budget;
    FlowFacts facts;
    std::string got;
    context.dns = [&](Side, Bytes message, Timestamp) {
        got += std::string("\0\x14", 2) + std::string{as_text(message)};
    };
    TcpStream tcp{context, Port{53}, gaps, budget};
    Cursor in{std::as_bytes(std::span{data, std::min(size, 3 * TcpStream::max_held_segments)})};
    const std::uint32_t base = 0xfffffe00U + in.u8();
    const auto send = [&](std::size_t begin, std::size_t length, std::uint8_t flags) {
        const std::string_view piece = std::string_view{stream}.substr(std::min(begin, stream.size()), length);
        Segment segment;
        segment.tcp_flags = flags;
        segment.tcp_sequence = base + static_cast<std::uint32_t>(begin) - (flags == TcpHeader::syn ? 1 : 0);
        segment.payload = as_octets(piece);
        segment.payload_length = static_cast<std::uint32_t>(piece.size());
        tcp.segment(Side::client, segment, facts);
    };
    send(0, in.u8(), TcpHeader::syn);
    while (in.remaining() >= 3) {  // takes three octets a turn
        const std::size_t begin = in.u16();
        send(begin % stream.size(), in.u8(), 0);
    }
    send(0, stream.size(), 0);
    const bool exact = got == stream && budget.held == 0 && !facts.ambiguous && gaps.gaps().empty();
    if (!exact)
        std::abort();
    return 0;
}
