#include "wire/tls_client_hello.h"

#include "wire/dns_name.h"

namespace waybill::tls {
namespace {

/// Reads one extension's data into the hello. Each is a total function of the data; what it finds wrong it notes in
/// `damage_` and leaves the field empty.
class ExtensionReader {
public:
    explicit ExtensionReader(ClientHello& hello) : hello_{hello} {}

    void read(ExtensionType type, Cursor data);

private:
    void server_name(Cursor data);
    void alpn(Cursor data);
    void encrypted_client_hello(Cursor data);
    U16List values(const Cursor& data, const Cursor& list);
    Bytes point_formats(Cursor data);
    bool seen_before(ExtensionType type, const Cursor& data);
    void note(ParseError error);

    ClientHello& hello_;
    std::uint64_t seen_ = 0;  // one bit for each extension type below 64, RFC 8446, 4.2: none stands twice
};

void ExtensionReader::note(ParseError error)
{
    if (!hello_.damage)
        hello_.damage = error;
}

bool ExtensionReader::seen_before(ExtensionType type, const Cursor& data)
{
    const auto number = static_cast<std::uint16_t>(type);
    if (number >= 64)
        return false;
    const std::uint64_t bit = std::uint64_t{1} << number;
    const bool before = (seen_ & bit) != 0;
    seen_ |= bit;
    if (before)
        note(data.error(ParseError::Kind::bad_value));
    return before;
}

void ExtensionReader::read(ExtensionType type, Cursor data)
{
    if (seen_before(type, data))
        return;  // the first one counts
    switch (type) {
        using enum ExtensionType;
        case server_name:
            return this->server_name(data);
        case application_layer_protocol_negotiation:
            return alpn(data);
        case supported_groups:
            hello_.supported_groups = values(data, data.sub(data.u16()));
            return;
        case signature_algorithms:
            hello_.signature_algorithms = values(data, data.sub(data.u16()));
            return;
        case supported_versions:
            hello_.supported_versions = values(data, data.sub(data.u8()));
            return;
        case ec_point_formats:
            hello_.ec_point_formats = point_formats(data);
            return;
        case encrypted_client_hello:
            return this->encrypted_client_hello(data);
        case encrypted_server_name:
            hello_.esni_offered = true;
            return;
        case pre_shared_key:
            hello_.pre_shared_key = true;
            return;
        case early_data:
            hello_.early_data = true;
            return;
    }
}

/// RFC 6066, 3. A name of another type has a 16-bit length too.
void ExtensionReader::server_name(Cursor data)
{
    constexpr std::uint8_t name_type_host_name = 0;
    using enum ParseError::Kind;

    hello_.server_name_offered = true;
    Cursor list = data.sub(data.u16());
    if (data.failed())
        return note(data.error(truncated));
    if (list.at_end() || !data.at_end())
        return note(data.error(bad_value));
    std::optional<std::string_view> host_name;
    while (!list.at_end()) {  // each turn takes three octets or fails
        const std::uint8_t name_type = list.u8();
        const Bytes name = list.bytes(list.u16());
        if (list.failed())
            return note(list.error(truncated));
        if (name_type != name_type_host_name)
            continue;
        if (host_name || name.empty())
            return note(list.error(bad_value));
        host_name = as_text(name);
    }
    hello_.server_name = host_name;
}

/// RFC 7301, 3.1: ProtocolName<1..2^8-1> in a list of at least one.
void ExtensionReader::alpn(Cursor data)
{
    using enum ParseError::Kind;
    Cursor list = data.sub(data.u16());
    if (data.failed())
        return note(data.error(truncated));
    if (list.at_end() || !data.at_end())
        return note(data.error(bad_value));
    const Bytes names = list.rest();
    while (!list.at_end()) {  // each turn takes an octet or fails
        const Bytes name = list.bytes(list.u8());
        if (list.failed())
            return note(list.error(truncated));
        if (name.empty())
            return note(list.error(bad_value));
    }
    hello_.alpn = names;
}

/// RFC 9849, 5: the outer form carries the encrypted hello, the inner one nothing. What is neither still hides a name.
void ExtensionReader::encrypted_client_hello(Cursor data)
{
    constexpr std::uint8_t outer = 0;
    constexpr std::uint8_t inner = 1;
    constexpr std::size_t cipher_suite_octets = 4;

    if (hello_.ech_offered || hello_.ech_inner)
        return note(data.error(ParseError::Kind::bad_value));
    const std::uint8_t type = data.u8();
    hello_.ech_inner = type == inner && !data.failed() && data.at_end();
    hello_.ech_offered = !hello_.ech_inner;
    if (type == outer) {
        data.skip(cipher_suite_octets + 1);  // and config_id
        data.skip(data.u16());               // enc
        data.skip(data.u16());               // payload
    }
    if (data.failed())
        note(data.error(ParseError::Kind::truncated));
    else if (type > inner || !data.at_end())
        note(data.error(ParseError::Kind::bad_value));
}

/// A vector of 16-bit values that is all of the extension (nothing is left in `data`) and has at least one.
U16List ExtensionReader::values(const Cursor& data, const Cursor& list)
{
    if (list.failed())
        note(list.error(ParseError::Kind::truncated));
    else if (list.at_end() || list.remaining() % 2 != 0 || !data.at_end())
        note(list.error(ParseError::Kind::bad_value));
    else
        return U16List{list.rest()};
    return {};
}

Bytes ExtensionReader::point_formats(Cursor data)
{
    const Cursor list = data.sub(data.u8());
    if (list.failed())
        note(list.error(ParseError::Kind::truncated));
    else if (list.at_end() || !data.at_end())
        note(list.error(ParseError::Kind::bad_value));
    else
        return list.rest();
    return {};
}

std::optional<ParseError> read_extensions(ClientHello& hello, Cursor list)
{
    hello.extensions = list.rest();
    ExtensionReader reader{hello};
    while (!list.at_end()) {  // each turn takes four octets or fails
        const auto type = static_cast<ExtensionType>(list.u16());
        const Cursor data = list.sub(list.u16());
        if (list.failed())
            return list.error(ParseError::Kind::truncated);
        reader.read(type, data);
    }
    return std::nullopt;
}

/// DTLS 1.3 is 0xfefc, 1.2 0xfefd, 1.0 0xfeff: newer means less (RFC 9147, 5.3).
bool is_newer(std::uint16_t version, std::uint16_t than, HelloTransport transport)
{
    return transport == HelloTransport::dtls ? version < than : version > than;
}

}  // namespace

std::expected<ClientHello, ParseError> parse_client_hello(Bytes body, HelloTransport transport)
{
    using enum ParseError::Kind;
    Cursor in{body};
    ClientHello hello;
    hello.transport = transport;
    hello.legacy_version = in.u16();
    in.skip(random_octets);
    hello.session_id_length = in.u8();
    if (hello.session_id_length > max_session_id_octets)
        return std::unexpected(in.error(bad_value));
    in.skip(hello.session_id_length);
    if (transport == HelloTransport::dtls)
        in.skip(in.u8());  // cookie (RFC 6347, 4.2.1)
    const Cursor cipher_suites = in.sub(in.u16());
    const Cursor compression_methods = in.sub(in.u8());
    if (in.failed())
        return std::unexpected(in.error(truncated));
    if (cipher_suites.remaining() % 2 != 0)
        return std::unexpected(cipher_suites.error(bad_value));
    if (cipher_suites.at_end())
        hello.damage = cipher_suites.error(bad_value);
    else if (compression_methods.at_end())
        hello.damage = compression_methods.error(bad_value);
    hello.cipher_suites = U16List{cipher_suites.rest()};
    if (in.at_end())
        return hello;

    const Cursor extensions = in.sub(in.u16());
    if (in.failed())
        return std::unexpected(in.error(truncated));
    if (!in.at_end())
        return std::unexpected(in.error(bad_value));
    if (const auto error = read_extensions(hello, extensions))
        return std::unexpected(*error);
    return hello;
}

std::expected<ClientHello, ParseError> parse_sslv2_client_hello(Bytes body)
{
    using enum ParseError::Kind;
    constexpr std::size_t cipher_spec_octets = 3;

    Cursor in{body};
    ClientHello hello;
    hello.format = HandshakeMessage::Format::sslv2;
    hello.legacy_version = in.u16();
    const std::uint16_t cipher_spec_length = in.u16();
    const std::uint16_t session_id_length = in.u16();
    const std::uint16_t challenge_length = in.u16();
    const Cursor cipher_specs = in.sub(cipher_spec_length);
    in.skip(session_id_length);
    in.skip(challenge_length);
    if (in.failed())
        return std::unexpected(in.error(truncated));
    if (cipher_specs.at_end() || cipher_spec_length % cipher_spec_octets != 0)
        return std::unexpected(cipher_specs.error(bad_value));
    if (session_id_length > max_session_id_octets || !in.at_end())
        return std::unexpected(in.error(bad_value));
    hello.session_id_length = static_cast<std::uint8_t>(session_id_length);
    return hello;
}

std::expected<ClientHello, ParseError> parse_client_hello(const HandshakeMessage& message, HelloTransport transport)
{
    if (message.type != HandshakeType::client_hello)
        return std::unexpected(ParseError{ParseError::Kind::unsupported, 0});
    if (message.format == HandshakeMessage::Format::sslv2)
        return parse_sslv2_client_hello(message.body);
    return parse_client_hello(message.body, transport);
}

Extension next_extension(Cursor& list)
{
    Extension extension;
    extension.type = static_cast<ExtensionType>(list.u16());
    const std::uint16_t length = list.u16();
    extension.offset = list.offset();
    extension.data = list.bytes(length);
    return extension;
}

std::uint16_t highest_version(const ClientHello& hello)
{
    std::optional<std::uint16_t> highest;
    for (std::size_t i = 0; i < hello.supported_versions.size(); ++i) {
        const std::uint16_t version = hello.supported_versions[i];
        if (!is_grease(version) && (!highest || is_newer(version, *highest, hello.transport)))
            highest = version;
    }
    return highest.value_or(hello.legacy_version);
}

std::vector<std::string> alpn_names(const ClientHello& hello)
{
    std::vector<std::string> names;
    Cursor list{hello.alpn};
    while (!list.at_end())  // each turn takes an octet or fails
        names.emplace_back(as_text(list.bytes(list.u8())));
    return names;
}

std::string presentation(std::string_view server_name)
{
    std::string text;
    dns::append_escaped_text(as_octets(server_name), text);
    return text;
}

}  // namespace waybill::tls
