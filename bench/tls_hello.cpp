#include "bench/tls_hello.h"

#include <array>
#include <utility>

namespace waybill::bench {
namespace {

constexpr std::uint16_t x25519_mlkem768 = 0x11ec;
constexpr std::uint16_t x25519 = 0x001d;
constexpr std::uint16_t extension_padding = 21;
constexpr std::uint16_t extension_key_share = 51;

std::size_t client_share_octets(std::uint16_t group)
{
    if (group == x25519_mlkem768)
        return 1216;  // 1184 of ML-KEM-768 (FIPS 203, table 3) and 32 of X25519
    return group == x25519 ? 32 : 65;
}

/// One of the sixteen GREASE values (RFC 8701, 2).
std::uint16_t grease_value(Random& random)
{
    return static_cast<std::uint16_t>(0x0a0aU + 0x1010U * random.below(16));
}

/// Writes the body of each extension; the caller has written type and length.
class ExtensionWriter {
public:
    ExtensionWriter(OctetWriter& out, const HelloShape& shape, const ClientIdentity& identity, Random& random)
        : out_{&out}, shape_{&shape}, identity_{&identity}, random_{&random}
    {
    }

    void write(std::uint16_t type) const
    {
        switch (type) {
            case 0:
                return write_server_name(identity_->server_name);
            case 5:  // status_request: OCSP, no responders, no extensions (RFC 6066, 8)
                return out_->bytes(octets<1, 0, 0, 0, 0>);
            case 10:
                return write_numbers(shape_->groups, true);
            case 11:  // ec_point_formats: uncompressed
                return out_->bytes(octets<1, 0>);
            case 13:
                return write_numbers(shape_->signatures, false);
            case 16:
                return write_alpn(shape_->alpn);
            case 27:  // compress_certificate: brotli (RFC 8879)
                return out_->bytes(octets<2, 0, 2>);
            case 28:  // record_size_limit (RFC 8449)
                return out_->u16(0x4001);
            case 34:  // delegated_credentials (RFC 9345)
                return out_->bytes(octets<0, 8, 4, 3, 5, 3, 6, 3, 2, 3>);
            case 43:
                return write_versions();
            case 45:  // psk_key_exchange_modes: psk_dhe_ke
                return out_->bytes(octets<1, 1>);
            case extension_key_share:
                return write_key_shares();
            case 57:
                return write_transport_parameters(identity_->connection_id);
            case 17613:
                return write_alpn(shape_->alpn.first(1));
            case 65037:
                return write_grease_ech();
            case 65281:  // renegotiation_info: empty
                return out_->u8(0);
            default:  // 18, 22, 23, 35, 49: an empty body
                return;
        }
    }

private:
    template <std::uint8_t... values>
    static constexpr std::array<std::byte, sizeof...(values)> octets{std::byte{values}...};

    void write_server_name(std::string_view name) const  // RFC 6066, 3
    {
        out_->prefixed<2>([&] {
            out_->u8(0);
            out_->prefixed<2>([&] { out_->text(name); });
        });
    }

    void write_numbers(std::span<const std::uint16_t> numbers, bool grease_allowed) const
    {
        out_->prefixed<2>([&] {
            if (grease_allowed && shape_->grease)
                out_->u16(grease_value(*random_));
            for (const std::uint16_t number : numbers)
                out_->u16(number);
        });
    }

    void write_alpn(std::span<const std::string_view> protocols) const  // RFC 7301, 3.1
    {
        out_->prefixed<2>([&] {
            for (const std::string_view protocol : protocols)
                out_->prefixed<1>([&] { out_->text(protocol); });
        });
    }

    void write_versions() const
    {
        out_->prefixed<1>([&] {
            if (shape_->grease)
                out_->u16(grease_value(*random_));
            out_->u16(0x0304);
            if (shape_->extensions.front() != 57)  // QUIC offers TLS 1.3 alone (RFC 9001, 4.2)
                out_->u16(0x0303);
        });
    }

    void write_key_shares() const
    {
        out_->prefixed<2>([&] {
            if (shape_->grease) {
                out_->u16(grease_value(*random_));
                out_->prefixed<2>([&] { out_->u8(0); });
            }
            for (const std::uint16_t group : shape_->key_shares) {
                out_->u16(group);
                out_->prefixed<2>([&] { out_->random(client_share_octets(group), *random_); });
            }
        });
    }

    void write_transport_parameters(Bytes connection_id) const  // RFC 9000, 18
    {
        out_->bytes(octets<0x01, 0x04, 0x80, 0x00, 0x75, 0x30>);  // max_idle_timeout: 30 s
        out_->bytes(octets<0x03, 0x02, 0x45, 0xc0>);              // max_udp_payload_size: 1472
        out_->bytes(octets<0x04, 0x04, 0x80, 0xf0, 0x00, 0x00>);  // initial_max_data
        out_->bytes(octets<0x08, 0x02, 0x40, 0x64>);              // initial_max_streams_bidi: 100
        out_->u8(0x0f);                                           // initial_source_connection_id
        out_->prefixed<1>([&] { out_->bytes(connection_id); });
    }

    /// An outer ClientHello extension that looks like real ECH (RFC 9849, 6.2).
    void write_grease_ech() const
    {
        out_->bytes(octets<0x00, 0x00, 0x01, 0x00, 0x01>);  // outer, HKDF-SHA256, AES-128-GCM
        out_->u8(random_->below(256));
        out_->prefixed<2>([&] { out_->random(32, *random_); });
        const std::size_t payload_octets = 144 + 32 * std::size_t{random_->below(3)};
        out_->prefixed<2>([&] { out_->random(payload_octets, *random_); });
    }

    OctetWriter* out_;  ///< all four borrowed for one hello
    const HelloShape* shape_;
    const ClientIdentity* identity_;
    Random* random_;
};

using Order = std::array<std::uint16_t, 24>;

/// The shape's extensions in the order to send: as they stand, or shuffled (Fisher and Yates) as browsers do.
std::span<const std::uint16_t> order_of(const HelloShape& shape, Order& room, Random& random)
{
    const std::span<std::uint16_t> order = std::span{room}.first(shape.extensions.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = shape.extensions[i];
    for (std::size_t i = order.size(); shape.permuted && i > 1; --i)
        std::swap(order[i - 1], order[random.below(static_cast<std::uint32_t>(i))]);
    return order;
}

/// The extensions of one ClientHello; `written` gives the octets of the message so far, for the padding.
template <typename Written>
void write_extensions(OctetWriter& out, const HelloShape& shape, Random& random, const Written& written,
                      const ExtensionWriter& extension)
{
    Order room{};
    const std::uint16_t grease = shape.grease ? grease_value(random) : std::uint16_t{0};
    if (shape.grease)
        out.u32(std::uint32_t{grease} << 16U);  // an empty extension
    for (const std::uint16_t type : order_of(shape, room, random)) {
        if (type == extension_padding)
            continue;  // comes last, below
        out.u16(type);
        out.prefixed<2>([&] { extension.write(type); });
    }
    if (shape.grease) {
        out.u16(grease ^ 0x3030U);  // another GREASE value, with one octet
        out.prefixed<2>([&] { out.u8(0); });
    }
    if (written() + 4 < shape.padded_to) {
        const std::size_t padding = shape.padded_to - written() - 4;
        out.u16(extension_padding);
        out.prefixed<2>([&] { out.fill(padding); });
    }
}

void write_ciphers(OctetWriter& out, const HelloShape& shape, Random& random)
{
    if (shape.grease)
        out.u16(grease_value(random));
    for (const std::uint16_t cipher : shape.ciphers)
        out.u16(cipher);
}

void write_server_extensions(OctetWriter& out, const ServerChoice& choice, Random& random)
{
    if (!choice.tls13) {
        out.u32(0xff010001);  // renegotiation_info of one octet
        out.u8(0);
        out.u32(0x00170000);  // extended_master_secret
        return;
    }
    out.u32(0x002b0002);  // supported_versions
    out.u16(0x0304);
    out.u16(extension_key_share);
    out.prefixed<2>([&] {
        out.u16(choice.post_quantum ? x25519_mlkem768 : x25519);
        out.prefixed<2>([&] { out.random(choice.post_quantum ? 1120 : 32, random); });
    });
}

}  // namespace

void write_client_hello(OctetWriter& out, const HelloShape& shape, const ClientIdentity& identity, Random& random)
{
    const std::size_t start = out.size();
    const ExtensionWriter extension{out, shape, identity, random};
    out.u8(1);  // client_hello
    out.prefixed<3>([&] {
        out.u16(0x0303);
        out.random(32, random);
        out.prefixed<1>([&] { out.bytes(identity.session_id); });
        out.prefixed<2>([&] { write_ciphers(out, shape, random); });
        out.prefixed<1>([&] { out.u8(0); });  // no compression
        out.prefixed<2>([&] { write_extensions(out, shape, random, [&] { return out.size() - start; }, extension); });
    });
}

void write_server_hello(OctetWriter& out, const ServerChoice& choice, Random& random)
{
    out.u8(2);  // server_hello
    out.prefixed<3>([&] {
        out.u16(0x0303);
        out.random(32, random);
        out.prefixed<1>([&] { out.bytes(choice.session_id); });
        out.u16(choice.tls13 ? 0x1301 : 0xc02f);
        out.u8(0);
        out.prefixed<2>([&] { write_server_extensions(out, choice, random); });
    });
}

}  // namespace waybill::bench
