// What public TLS clients offer, in their order. The numbers are observable facts about browsers and libraries; the
// messages are built here.
#include <array>

#include "bench/tls_hello.h"

namespace waybill::bench {
namespace {

using Numbers = std::uint16_t;

constexpr auto browser_ciphers = std::to_array<Numbers>({0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9,
                                                         0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035});
constexpr auto engine_ciphers =
    std::to_array<Numbers>({0x1301, 0x1303, 0x1302, 0xc02b, 0xc02f, 0xcca9, 0xcca8, 0xc02c, 0xc030, 0xc00a, 0xc009,
                            0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035});
constexpr auto library_ciphers =
    std::to_array<Numbers>({0x1302, 0x1303, 0x1301, 0xc02c, 0xc030, 0x009f, 0xcca9, 0xcca8, 0xccaa, 0xc02b, 0xc02f,
                            0x009e, 0xc024, 0xc028, 0x006b, 0xc023, 0xc027, 0x0067, 0xc00a, 0xc014, 0x0039, 0xc009,
                            0xc013, 0x0033, 0x009d, 0x009c, 0x003d, 0x003c, 0x0035, 0x002f, 0x00ff});
constexpr auto compact_ciphers = std::to_array<Numbers>(
    {0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc009, 0xc013, 0xc00a, 0xc014, 0x1301, 0x1302, 0x1303});
constexpr auto legacy_ciphers = std::to_array<Numbers>(
    {0xc030, 0xc02c, 0xc028, 0xc024, 0xc014, 0xc00a, 0x009f, 0x006b, 0x0039, 0x009d, 0x003d, 0x0035, 0xc02f,
     0xc02b, 0xc027, 0xc023, 0xc013, 0xc009, 0x009e, 0x0067, 0x0033, 0x009c, 0x003c, 0x002f, 0x00ff});
constexpr auto tls13_ciphers = std::to_array<Numbers>({0x1301, 0x1302, 0x1303});

constexpr auto browser_extensions =
    std::to_array<Numbers>({0, 23, 65281, 10, 11, 35, 16, 5, 13, 18, 51, 45, 43, 27, 17613, 65037});
constexpr auto engine_extensions =
    std::to_array<Numbers>({0, 23, 65281, 10, 11, 35, 16, 5, 34, 18, 51, 43, 13, 45, 28, 27, 65037});
constexpr auto library_extensions = std::to_array<Numbers>({0, 11, 10, 35, 16, 22, 23, 49, 13, 43, 45, 51, 21});
constexpr auto compact_extensions = std::to_array<Numbers>({0, 5, 10, 11, 13, 65281, 16, 18, 43, 51});
constexpr auto legacy_extensions = std::to_array<Numbers>({0, 11, 10, 35, 13, 16, 22, 23});
constexpr auto platform_extensions = std::to_array<Numbers>({0, 5, 10, 11, 13, 35, 16, 23, 65281});
constexpr auto quic_extensions = std::to_array<Numbers>({57, 45, 51, 0, 13, 27, 43, 10, 16, 17613, 65037});

constexpr auto browser_groups = std::to_array<Numbers>({0x11ec, 0x001d, 0x0017, 0x0018});
constexpr auto library_groups =
    std::to_array<Numbers>({0x11ec, 0x001d, 0x0017, 0x001e, 0x0018, 0x0019, 0x0100, 0x0101});
constexpr auto classic_groups = std::to_array<Numbers>({0x001d, 0x0017, 0x0018});
constexpr auto post_quantum_shares = std::to_array<Numbers>({0x11ec, 0x001d});
constexpr auto engine_shares = std::to_array<Numbers>({0x11ec, 0x001d, 0x0017});
constexpr auto classic_shares = std::to_array<Numbers>({0x001d});
constexpr auto signatures = std::to_array<Numbers>({0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601});
constexpr auto library_signatures =
    std::to_array<Numbers>({0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0809, 0x080a, 0x080b, 0x0804, 0x0805,
                            0x0806, 0x0401, 0x0501, 0x0601, 0x0303, 0x0301, 0x0302, 0x0402, 0x0502, 0x0602});

constexpr auto web_alpn = std::to_array<std::string_view>({"h2", "http/1.1"});
constexpr auto plain_alpn = std::to_array<std::string_view>({"http/1.1"});
constexpr auto h3_alpn = std::to_array<std::string_view>({"h3"});

constexpr auto post_quantum_shapes = std::to_array<HelloShape>({
    {browser_ciphers, browser_extensions, browser_groups, post_quantum_shares, signatures, web_alpn, true, true, 0},
    {engine_ciphers, engine_extensions, browser_groups, engine_shares, signatures, web_alpn, false, false, 0},
    {library_ciphers, library_extensions, library_groups, post_quantum_shares, library_signatures, web_alpn, false,
     false, 0},
});
constexpr auto classic_shapes = std::to_array<HelloShape>({
    {browser_ciphers, browser_extensions, classic_groups, classic_shares, signatures, web_alpn, true, true, 0},
    {library_ciphers, library_extensions, classic_groups, classic_shares, library_signatures, plain_alpn, false, false,
     512},
    {compact_ciphers, compact_extensions, classic_groups, classic_shares, signatures, web_alpn, false, false, 0},
});
constexpr auto tls12_shapes = std::to_array<HelloShape>({
    {legacy_ciphers, legacy_extensions, classic_groups, {}, library_signatures, plain_alpn, false, false, 0},
    {legacy_ciphers, platform_extensions, classic_groups, {}, signatures, web_alpn, false, false, 0},
});
constexpr auto quic_shapes = std::to_array<HelloShape>({
    {tls13_ciphers, quic_extensions, classic_groups, classic_shares, signatures, h3_alpn, true, true, 0},
    {tls13_ciphers, quic_extensions, classic_groups, classic_shares, signatures, h3_alpn, false, false, 0},
});
constexpr auto quic_post_quantum_shapes = std::to_array<HelloShape>({
    {tls13_ciphers, quic_extensions, browser_groups, post_quantum_shares, signatures, h3_alpn, true, true, 0},
    {tls13_ciphers, quic_extensions, browser_groups, engine_shares, signatures, h3_alpn, false, false, 0},
});

std::span<const HelloShape> shapes(TlsClient client)
{
    switch (client) {
        using enum TlsClient;
        case post_quantum:
            return post_quantum_shapes;
        case classic:
            return classic_shapes;
        case tls12:
            return tls12_shapes;
        case quic:
            return quic_shapes;
        case quic_post_quantum:
            return quic_post_quantum_shapes;
    }
    return classic_shapes;
}

}  // namespace

const HelloShape& pick_shape(TlsClient client, Random& random)
{
    const auto choices = shapes(client);
    return choices[random.below(static_cast<std::uint32_t>(choices.size()))];
}

}  // namespace waybill::bench
