#include "wire/tls_server_hello.h"

#include <algorithm>
#include <array>
#include <string>

#include "wire/tls_client_hello.h"

namespace waybill::tls {
namespace {

constexpr std::uint16_t draft_version_major = 0x7f;  // draft-ietf-tls-tls13-21 and before

/// RFC 8446, 4.1.3: SHA-256 of "HelloRetryRequest".
constexpr std::array<std::uint8_t, random_octets> hello_retry_random = {
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

bool asks_to_retry(Bytes random)
{
    return std::ranges::equal(random, hello_retry_random, {}, std::to_integer<std::uint8_t>);
}

struct Selected {
    std::optional<std::uint16_t> version;
    std::optional<std::string_view> alpn;
};

/// False when the extension has not the form that it has in a ServerHello, or stood before.
bool read_extension(const Extension& extension, Selected& selected)
{
    Cursor data{extension.data};
    if (extension.type == ExtensionType::supported_versions) {
        const bool first = !selected.version;
        selected.version = data.u16();
        return first && !data.failed() && data.at_end();
    }
    if (extension.type == ExtensionType::application_layer_protocol_negotiation) {
        const bool first = !selected.alpn;
        Cursor list = data.sub(data.u16());
        const Bytes name = list.bytes(list.u8());  // RFC 7301, 3.1: exactly one
        selected.alpn = as_text(name);
        return first && !list.failed() && list.at_end() && data.at_end() && !name.empty();
    }
    return true;
}

std::expected<Selected, ParseError> read_extensions(Cursor list)
{
    Selected selected;
    while (!list.at_end()) {  // each turn takes four octets or fails
        const Extension extension = next_extension(list);
        if (list.failed())
            return std::unexpected(list.error(ParseError::Kind::truncated));
        if (!read_extension(extension, selected))
            return std::unexpected(ParseError{ParseError::Kind::bad_value, extension.offset});
    }
    return selected;
}

}  // namespace

std::expected<ServerHello, ParseError> parse_server_hello(Bytes body)
{
    using enum ParseError::Kind;
    Cursor in{body};
    ServerHello hello;
    hello.legacy_version = in.u16();
    if (hello.legacy_version >> 8U == draft_version_major)
        return std::unexpected(ParseError{unsupported, 0});
    hello.version = hello.legacy_version;
    hello.hello_retry_request = asks_to_retry(in.bytes(random_octets));
    const std::uint8_t session_id_length = in.u8();
    if (session_id_length > max_session_id_octets)
        return std::unexpected(in.error(bad_value));
    in.skip(session_id_length);
    hello.cipher_suite = in.u16();
    in.skip(1);  // compression_method
    if (in.failed())
        return std::unexpected(in.error(truncated));
    if (in.at_end())
        return hello;

    const Cursor extensions = in.sub(in.u16());
    if (in.failed())
        return std::unexpected(in.error(truncated));
    if (!in.at_end())
        return std::unexpected(in.error(bad_value));
    const auto selected = read_extensions(extensions);
    if (!selected)
        return std::unexpected(selected.error());
    hello.version = selected->version.value_or(hello.legacy_version);
    hello.alpn = selected->alpn;
    return hello;
}

ServerHelloFacts facts(const ServerHello& hello)
{
    return {hello.version, std::string{hello.alpn.value_or("")}};
}

}  // namespace waybill::tls
