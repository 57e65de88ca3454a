#include "wire/ja4.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/hex.h"

namespace waybill::tls {
namespace {

constexpr std::size_t max_count = 99;  // two digits
constexpr std::size_t digest_digits = 12;
constexpr std::string_view no_values = "000000000000";  // in place of the digest of nothing

char transport_letter(HelloTransport transport)
{
    switch (transport) {
        case HelloTransport::quic:
            return 'q';
        case HelloTransport::dtls:
            return 'd';
        case HelloTransport::tls:
            break;
    }
    return 't';
}

std::string_view version_letters(std::uint16_t version)
{
    struct Row {
        std::uint16_t version;
        std::string_view letters;
    };
    static constexpr Row rows[] = {{0x0304, "13"}, {0x0303, "12"}, {0x0302, "11"}, {0x0301, "10"}, {0x0300, "s3"},
                                   {0x0002, "s2"}, {0xfeff, "d1"}, {0xfefd, "d2"}, {0xfefc, "d3"}};
    const auto* const row = std::ranges::find(rows, version, &Row::version);
    return row == std::end(rows) ? "00" : row->letters;
}

bool is_alphanumeric(std::byte octet)
{
    const auto value = std::to_integer<unsigned char>(octet);
    return (value >= '0' && value <= '9') || (value >= 'A' && value <= 'Z') || (value >= 'a' && value <= 'z');
}

/// First and last character of the first protocol's name, or of its hexadecimal form where one of them is no letter or
/// digit.
std::string alpn_letters(Bytes names)
{
    Cursor list{names};
    const Bytes first = list.bytes(list.u8());
    if (first.empty())
        return "00";
    const bool readable = is_alphanumeric(first.front()) && is_alphanumeric(first.back());
    const std::string text = readable ? std::string{as_text(first)} : to_hex(first);
    return {text.front(), text.back()};
}

std::vector<std::uint16_t> without_grease(const U16List& list)
{
    std::vector<std::uint16_t> values;
    values.reserve(list.size());
    for (std::size_t i = 0; i < list.size(); ++i)
        if (!is_grease(list[i]))
            values.push_back(list[i]);
    return values;
}

std::vector<std::uint16_t> extension_types(Bytes extensions)
{
    std::vector<std::uint16_t> types;
    Cursor list{extensions};
    while (!list.at_end()) {  // each turn takes four octets or fails
        const auto type = static_cast<std::uint16_t>(next_extension(list).type);
        if (!is_grease(type))
            types.push_back(type);
    }
    return types;
}

/// Four digits each, with commas between them.
std::string hexadecimal(const std::vector<std::uint16_t>& values)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(values.size() * 5);
    for (const unsigned value : values) {
        if (!text.empty())
            text += ',';
        for (unsigned shift = 16; shift > 0; shift -= 4)
            text += digits[value >> (shift - 4) & 0xfU];
    }
    return text;
}

std::string extension_text(std::vector<std::uint16_t> types, const U16List& signature_algorithms)
{
    std::erase(types, std::to_underlying(ExtensionType::server_name));
    std::erase(types, std::to_underlying(ExtensionType::application_layer_protocol_negotiation));
    std::ranges::sort(types);
    std::string text = hexadecimal(types);
    const auto algorithms = without_grease(signature_algorithms);
    if (!algorithms.empty())
        text += '_' + hexadecimal(algorithms);
    return text;
}

std::string two_digits(std::size_t count)
{
    count = std::min(count, max_count);
    return {static_cast<char>('0' + count / 10), static_cast<char>('0' + count % 10)};
}

std::string digest_of(const std::string& text)
{
    return text.empty() ? std::string{no_values} : sha256_hex(as_octets(text)).substr(0, digest_digits);
}

}  // namespace

std::string ja4(const ClientHello& hello)
{
    auto ciphers = without_grease(hello.cipher_suites);
    const auto types = extension_types(hello.extensions);
    std::ranges::sort(ciphers);
    std::string text;
    text.reserve(36);
    text += transport_letter(hello.transport);
    text += version_letters(highest_version(hello));
    text += hello.server_name_offered ? 'd' : 'i';
    text += two_digits(ciphers.size());
    text += two_digits(types.size());
    text += alpn_letters(hello.alpn);
    text += '_';
    text += digest_of(hexadecimal(ciphers));
    text += '_';
    text += digest_of(extension_text(types, hello.signature_algorithms));
    return text;
}

}  // namespace waybill::tls
