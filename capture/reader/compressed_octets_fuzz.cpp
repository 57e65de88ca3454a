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
/// Octets of output: two of zstd's largest blocks (RFC 8878, 3.1.1.2.3), for an input may hold a thousand times itself.
constexpr std::size_t enough = 1UL << 18U;

enum class End : std::uint8_t { complete, damaged, cut_off };

struct Output {
    std::vector<std::byte> octets;  ///< at most `enough`
    End end = End::cut_off;
};

Output decompress_in_chunks(waybill::Bytes input, std::size_t chunk)
{
    const auto compression = waybill::recognise_compression(input).value_or(waybill::Compression::gzip);
    const auto source = waybill::decompress(
        compression, waybill::OctetWindow{std::make_unique<waybill::MemoryOctets>(input, chunk), window_octets});
    Output output;
    std::array<std::byte, window_octets> room{};
    while (output.octets.size() < enough) {  // ends: each round adds octets or is the last
        const auto count = (*source)->read(room);
        if (!count || *count == 0) {
            output.end = count ? End::complete : End::damaged;
            return output;
        }
        output.octets.insert(output.octets.end(), room.begin(),
                             std::next(room.begin(), static_cast<std::ptrdiff_t>(*count)));
    }
    output.octets.resize(enough);
    return output;
}

}  // namespace

/// What comes out whole does not depend on how the input arrives, and damage is told either way. Where there is damage,
/// one way may give a room more than the other: zstd tells of an error and forgets what else that call gave, and where
/// its calls begin depends on the input's pieces. So damage just behind the bound may show in one way alone.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto input = std::as_bytes(std::span{data, size});
    const Output whole = decompress_in_chunks(input, size);
    const Output pieces = decompress_in_chunks(input, 1);
    const auto [fewer, more] = std::minmax({whole.octets.size(), pieces.octets.size()});
    const bool same_beginning =
        std::ranges::equal(waybill::Bytes{whole.octets}.first(fewer), waybill::Bytes{pieces.octets}.first(fewer));
    const bool same_end = (whole.end == End::complete) == (pieces.end == End::complete);
    const std::size_t kept_back = whole.end == End::complete ? 0 : window_octets;
    if (!same_beginning || !same_end || more - fewer > kept_back)
        std::abort();
    return 0;
}
