#include "wire/dtls_record.h"

namespace waybill::dtls {
namespace {

using enum ParseError::Kind;

constexpr std::uint16_t dtls_1_0 = 0xfeff;         // RFC 4347, 4.1
constexpr std::uint16_t dtls_1_3 = 0xfefc;         // RFC 9147, 5.3; 1.2 is 0xfefd, and 0xfefe was never used
constexpr std::uint16_t dtls_before_rfc = 0x0100;  // OpenSSL's DTLS1_BAD_VER, which AnyConnect still speaks

bool is_version(std::uint16_t version)
{
    return (version >= dtls_1_3 && version <= dtls_1_0) || version == dtls_before_rfc;
}

bool is_hello(tls::HandshakeType type)
{
    return type == tls::HandshakeType::client_hello || type == tls::HandshakeType::server_hello ||
           type == tls::HandshakeType::hello_verify_request;
}

/// The header fields of a record and the length of its fragment.
struct Header {
    Record record;
    std::uint16_t length = 0;
};

std::expected<Header, ParseError> read_header(Cursor& datagram)
{
    constexpr unsigned unified_mask = 0xe0;  // RFC 9147, 4: 001CSLEE
    constexpr unsigned unified = 0x20;

    const ParseError start = datagram.error(bad_value);
    Header header;
    const std::uint8_t type = datagram.u8();
    if ((type & unified_mask) == unified || type == static_cast<std::uint8_t>(tls::ContentType::tls12_cid))
        return std::unexpected(ParseError{unsupported, start.offset});
    header.record.type = static_cast<tls::ContentType>(type);
    header.record.legacy_version = datagram.u16();
    header.record.epoch = datagram.u16();
    header.record.sequence_number = std::uint64_t{datagram.u16()} << 32U;
    header.record.sequence_number |= datagram.u32();
    header.length = datagram.u16();
    if (datagram.failed())
        return std::unexpected(datagram.error(truncated));
    if (header.record.type < tls::ContentType::change_cipher_spec || header.record.type > tls::ContentType::ack ||
        !is_version(header.record.legacy_version))
        return std::unexpected(start);
    if (header.length > max_record_octets)
        return std::unexpected(datagram.error(too_long));
    return header;
}

/// Whether the datagram starts with a clear hello, all of its fragment or as much as was captured.
bool starts_with_hello(Bytes datagram)
{
    Cursor in{datagram};
    const auto header = read_header(in);
    if (!header || header->record.type != tls::ContentType::handshake || header->record.encrypted() ||
        header->length < fragment_header_octets)
        return false;
    const auto type = static_cast<tls::HandshakeType>(in.u8());
    const std::uint32_t message_length = in.u24();
    in.skip(2);
    const std::uint32_t fragment_offset = in.u24();
    const std::uint32_t fragment_length = in.u24();
    return !in.failed() && is_hello(type) && message_length <= tls::max_hello_octets &&
           fragment_offset + fragment_length <= message_length &&  // 24 bits each: no overflow
           fragment_header_octets + fragment_length <= header->length;
}

bool is_filled_by_records(Bytes datagram)
{
    Cursor in{datagram};
    while (!in.at_end())  // each turn takes a record header or leaves
        if (!next_record(in))
            return false;
    return !datagram.empty();
}

}  // namespace

std::expected<Record, ParseError> next_record(Cursor& datagram)
{
    auto header = read_header(datagram);
    if (!header)
        return std::unexpected(header.error());
    header->record.fragment = datagram.bytes(header->length);
    if (datagram.failed())
        return std::unexpected(datagram.error(truncated));
    return header->record;
}

std::expected<HandshakeFragment, ParseError> next_fragment(Cursor& record)
{
    HandshakeFragment part;
    part.type = static_cast<tls::HandshakeType>(record.u8());
    part.message_length = record.u24();
    part.message_seq = record.u16();
    part.fragment_offset = record.u24();
    part.fragment = record.bytes(record.u24());
    if (record.failed())
        return std::unexpected(record.error(truncated));
    if (part.fragment_offset + part.fragment.size() > part.message_length)  // 24 bits each: no overflow
        return std::unexpected(record.error(bad_value));
    return part;
}

bool looks_like_dtls(Bytes datagram)
{
    return starts_with_hello(datagram) || is_filled_by_records(datagram);
}

}  // namespace waybill::dtls
