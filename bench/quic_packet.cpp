#include "bench/quic_packet.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <memory>
#include <span>
#include <stdexcept>
#include <string_view>

#include "bench/octet_writer.h"

namespace waybill::bench {
namespace {

using Secret = std::array<std::byte, 32>;

constexpr std::size_t tag_octets = 16;
constexpr std::size_t packet_number_octets = 1;
constexpr std::size_t sample_octets = 16;
constexpr auto initial_salt = std::to_array<std::uint8_t>({0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17,
                                                           0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a});

// libcrypto takes unsigned char, which may alias anything.
const unsigned char* as_chars(Bytes octets)
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): as said above
    return reinterpret_cast<const unsigned char*>(octets.data());
}

unsigned char* writable_chars(std::span<std::byte> octets)
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): as said above
    return reinterpret_cast<unsigned char*>(octets.data());
}

void require(bool succeeded)
{
    if (!succeeded)
        throw std::runtime_error("libcrypto refuses a QUIC Initial's cryptography");
}

Secret hmac_sha256(Bytes key, Bytes message)
{
    Secret digest{};
    unsigned int length = 0;
    require(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), as_chars(message), message.size(),
                 writable_chars(digest), &length) != nullptr);
    return digest;
}

/// HKDF-Expand-Label (RFC 8446, 7.1) for at most one block of SHA-256.
template <std::size_t octets>
std::array<std::byte, octets> expand_label(Bytes secret, std::string_view label)
{
    std::vector<std::byte> info;
    OctetWriter out{info};
    out.u16(octets);
    out.prefixed<1>([&] {
        out.text("tls13 ");
        out.text(label);
    });
    out.u8(0);
    out.u8(1);  // the first and only block (RFC 5869, 2.3)
    const Secret block = hmac_sha256(secret, info);
    std::array<std::byte, octets> result{};
    std::copy_n(block.begin(), octets, result.begin());
    return result;
}

using CipherContext =
    std::unique_ptr<EVP_CIPHER_CTX, decltype([](EVP_CIPHER_CTX* context) { EVP_CIPHER_CTX_free(context); })>;

/// Encrypts the packet's payload in place and writes the tag behind it.
void encrypt(std::span<std::byte> packet, std::size_t header_octets, std::uint8_t number, const InitialKeys& keys)
{
    auto nonce = keys.iv;
    nonce.back() ^= std::byte{number};
    const auto payload = packet.subspan(header_octets, packet.size() - header_octets - tag_octets);
    const auto tag = packet.last(tag_octets);
    const CipherContext context{EVP_CIPHER_CTX_new()};
    int length = 0;
    require(EVP_EncryptInit_ex(context.get(), EVP_aes_128_gcm(), nullptr, as_chars(Bytes{keys.key}),
                               as_chars(Bytes{nonce})) == 1);
    require(EVP_EncryptUpdate(context.get(), nullptr, &length, as_chars(Bytes{packet}),
                              static_cast<int>(header_octets)) == 1);
    require(EVP_EncryptUpdate(context.get(), writable_chars(payload), &length, as_chars(payload),
                              static_cast<int>(payload.size())) == 1);
    require(EVP_EncryptFinal_ex(context.get(), writable_chars(tag), &length) == 1);
    require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_octets, tag.data()) == 1);
}

/// Header protection (RFC 9001, 5.4): a mask of five octets from the sample four octets behind the number's start.
void protect_header(std::span<std::byte> packet, std::size_t number_at, const InitialKeys& keys)
{
    const Bytes sample = packet.subspan(number_at + 4, sample_octets);
    std::array<std::byte, 32> mask{};
    int length = 0;
    const CipherContext context{EVP_CIPHER_CTX_new()};
    require(EVP_EncryptInit_ex(context.get(), EVP_aes_128_ecb(), nullptr, as_chars(Bytes{keys.header_protection}),
                               nullptr) == 1);
    require(EVP_EncryptUpdate(context.get(), writable_chars(mask), &length, as_chars(sample), sample_octets) == 1);
    packet[0] ^= mask[0] & std::byte{0x0f};
    packet[number_at] ^= mask[1];
}

}  // namespace

InitialKeys derive_initial_keys(Bytes client_destination_id, Direction direction)
{
    const Secret initial = hmac_sha256(std::as_bytes(std::span{initial_salt}), client_destination_id);
    const auto secret = expand_label<32>(initial, direction == Direction::out ? "client in" : "server in");
    return {expand_label<16>(secret, "quic key"), expand_label<12>(secret, "quic iv"),
            expand_label<16>(secret, "quic hp")};
}

void seal_initial(std::vector<std::byte>& out, const InitialPacket& packet, const InitialKeys& keys)
{
    const std::size_t start = out.size();
    OctetWriter header{out};
    header.u8(0xc0);  // long header, Initial, packet number of one octet
    header.u32(1);    // version 1
    header.prefixed<1>([&] { header.bytes(packet.destination_id); });
    header.prefixed<1>([&] { header.bytes(packet.source_id); });
    header.u8(0);  // no token
    const std::size_t header_octets = out.size() - start + 2 + packet_number_octets;
    const std::size_t payload_octets = quic_datagram_octets - header_octets - tag_octets;
    if (packet.frames.size() > payload_octets)
        throw std::length_error("the frames do not fit into one Initial packet");
    header.u16(0x4000U | static_cast<std::uint32_t>(packet_number_octets + payload_octets + tag_octets));
    header.u8(packet.number);
    header.bytes(packet.frames);
    header.fill(payload_octets - packet.frames.size() + tag_octets);  // PADDING frames are zero octets
    const auto whole = std::span{out}.subspan(start);
    encrypt(whole, header_octets, packet.number, keys);
    protect_header(whole, header_octets - packet_number_octets, keys);
}

}  // namespace waybill::bench
