#include <cstdlib>
#include <span>

#include "wire/hpack.h"

// The first octet cuts the rest into two blocks of one connection.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    if (size == 0)
        return 0;
    const Bytes octets = std::as_bytes(std::span{data, size}).subspan(1);
    const std::size_t cut = *data * octets.size() / 256;
    hpack::Decoder decoder;
    std::size_t fields = 0;
    const auto sink = [&](std::string_view name, std::string_view value) {
        ++fields;
        if (name.size() > hpack::max_string_octets || value.size() > hpack::max_string_octets)
            std::abort();
    };
    if (!decoder.decode(octets.first(cut), sink))
        decoder.forget();
    const auto second = decoder.decode(octets.subspan(cut), sink);
    if (fields > octets.size() || decoder.table_octets() > hpack::max_table_octets)
        std::abort();  // a field takes at least an octet; the table is bounded
    const auto text = hpack::decode_huffman(octets);
    if ((text && text->size() > octets.size() * 8 / 5) || (second && cut == octets.size() && fields > cut))
        std::abort();  // the shortest code has five bits
    return 0;
}
