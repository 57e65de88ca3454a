#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <span>
#include <vector>

#include "capture/reader/compressed_octets.h"

namespace {

constexpr std::size_t window_octets = 4096;
constexpr std::size_t enough = 1UL << 20U;  // octets of output: an input may hold a thousand times itself

struct Output {
    std::vector<std::byte> octets;
    bool damaged = false;
};

Output decompress_in_chunks(waybill::Bytes input, std::size_t chunk)
{
    const auto compression = waybill::recognise_compression(input).value_or(waybill::Compression::gzip);
    const auto source = waybill::decompress(
        compression, waybill::OctetWindow{std::make_unique<waybill::MemoryOctets>(input, chunk), window_octets});
    Output output;
    std::array<std::byte, window_octets> room{};
    auto count = (*source)->read(room);
    for (; count && *count != 0 && output.octets.size() < enough; count = (*source)->read(room))
        output.octets.insert(output.octets.end(), room.begin(),
                             std::next(room.begin(), static_cast<std::ptrdiff_t>(*count)));
    output.damaged = !count;
    return output;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto input = std::as_bytes(std::span{data, size});
    const Output whole = decompress_in_chunks(input, size);
    const Output pieces = decompress_in_chunks(input, 1);
    const std::size_t common = std::min({whole.octets.size(), pieces.octets.size(), enough});
    const bool same_beginning =
        std::ranges::equal(waybill::Bytes{whole.octets}.first(common), waybill::Bytes{pieces.octets}.first(common));
    const bool same_end = whole.damaged || whole.octets.size() == pieces.octets.size() || common == enough;
    if (!same_beginning || whole.damaged != pieces.damaged || !same_end)
        std::abort();  // what comes out depends on how the input arrives
    return 0;
}
