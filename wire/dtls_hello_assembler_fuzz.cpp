#include <algorithm>
#include <cstdlib>
#include <vector>

#include "wire/dtls_hello_assembler.h"

namespace {

using namespace waybill;

/// The input as datagrams, each behind its length: all of it is taken, and no hello is over the bound.
void check_datagrams(Bytes input)
{
    dtls::HelloAssembler assembler;
    Cursor in{input};
    while (!in.at_end()) {  // each turn takes an octet or more
        Bytes octets = in.bytes(std::min<std::size_t>(in.u8(), in.remaining()));
        const std::size_t bound = std::max(octets.size(), dtls::HelloAssembler::max_fragmented_octets);
        while (const auto message = assembler.next(octets))
            if (message->body.size() > bound || assembler.state() != HelloState::complete)
                std::abort();
        if (!octets.empty())
            std::abort();
    }
}

void put(std::vector<std::byte>& out, std::size_t value, unsigned width)
{
    for (unsigned i = width; i > 0; --i)
        out.push_back(static_cast<std::byte>(value >> (8U * (i - 1)) & 0xffU));
}

/// Appends a record with the octets [begin, end) of a ClientHello (RFC 6347, 4.1 and 4.2.2).
void put_fragment(std::vector<std::byte>& out, Bytes body, std::size_t begin, std::size_t end)
{
    put(out, 0x16fefd, 3);
    put(out, 0, 8);
    put(out, dtls::fragment_header_octets + end - begin, 2);
    put(out, 1, 1);
    put(out, body.size(), 3);
    put(out, 0, 2);
    put(out, begin, 3);
    put(out, end - begin, 3);
    out.insert(out.end(), body.begin() + static_cast<std::ptrdiff_t>(begin),
               body.begin() + static_cast<std::ptrdiff_t>(end));
}

/// The input as a hello, cut in two overlapping parts: whichever comes first, it is given once and is the same.
void check_fragments(Bytes body, std::size_t cut, std::size_t overlap)
{
    const std::size_t begin = std::min(cut, body.size());
    const std::size_t end = std::min(begin + overlap, body.size());
    std::vector<std::byte> forward;
    std::vector<std::byte> backward;
    put_fragment(forward, body, 0, end);
    put_fragment(forward, body, begin, body.size());
    put_fragment(backward, body, begin, body.size());
    put_fragment(backward, body, 0, end);
    for (const auto& datagram : {forward, backward}) {
        dtls::HelloAssembler assembler;
        Bytes octets{datagram};
        const auto message = assembler.next(octets);
        if (!message || !std::ranges::equal(message->body, body))
            std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::span octets{data, size};
    const auto input = std::as_bytes(octets);
    check_datagrams(input);
    if (size > 2)
        check_fragments(input.subspan(2, std::min<std::size_t>(size - 2, 1024)), octets[0], octets[1] % 8U);
    return 0;
}
