#include <cstdlib>
#include <vector>

#include "wire/ja3.h"
#include "wire/tls_fingerprint.h"

/// Two hellos that differ in one octet: equal keys, equal JA3; keys that are equal but for the order
/// of extensions, equal fingerprints. JA4 has its fixed size.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    constexpr std::size_t control = 4;  // transport, where to change, to what
    if (size <= control)
        return 0;
    const std::span input{data, size};
    const auto first = std::as_bytes(input).subspan(control);
    std::vector<std::byte> second{first.begin(), first.end()};
    second[(input[1] * 256U + input[2]) % second.size()] = std::byte{input[3]};
    const auto transport = tls::HelloTransport{static_cast<std::uint8_t>(input[0] % 3)};
    const auto a = tls::parse_client_hello(first, transport);
    const auto b = tls::parse_client_hello(second, transport);
    if (!a || !b)
        return 0;
    std::string key_a;
    std::string key_b;
    tls::write_fingerprint_key(*a, key_a);
    tls::write_fingerprint_key(*b, key_b);
    const auto print = tls::make_fingerprint(*a);
    tls::Ja3 ja3;
    if ((key_a == key_b && ja3.digest(*a) != ja3.digest(*b)) || print.ja4.size() != 36)
        std::abort();
    tls::sort_extension_types(key_a);
    tls::sort_extension_types(key_b);
    if (key_a == key_b && print != tls::make_fingerprint(*b))
        std::abort();
    return 0;
}
