#include "wire/quic_initial.h"

#include <openssl/evp.h>

#include <algorithm>
#include <stdexcept>

#include "wire/quic_varint.h"

namespace waybill::quic {
namespace {

constexpr std::size_t sha256_block = 64;    // FIPS 180-4, 1
constexpr std::size_t aead_tag = 16;        // RFC 9001, 5.3
constexpr std::size_t label_capacity = 32;  // HkdfLabel of the longest label, "tls13 quicv2 key", and a counter: 21

struct FreeCipher {
    void operator()(EVP_CIPHER* cipher) const { EVP_CIPHER_free(cipher); }
};

void require(int result)
{
    if (result != 1)
        throw std::runtime_error("libcrypto failed on a QUIC Initial");
}

unsigned char* raw(std::span<std::byte> octets)
{
    // EVP writes unsigned char, which may alias std::byte.
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
    return reinterpret_cast<unsigned char*>(octets.data());
}

const unsigned char* raw(Bytes octets)
{
    // EVP reads unsigned char, which may alias std::byte.
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
    return reinterpret_cast<const unsigned char*>(octets.data());
}

int length_of(Bytes octets)
{
    return static_cast<int>(octets.size());  // a UDP payload: at most 65,535
}

/// Fixes the algorithm of a context, so that a packet sets the key only.
void select_cipher(EVP_CIPHER_CTX* context, const char* algorithm)
{
    const std::unique_ptr<EVP_CIPHER, FreeCipher> cipher{EVP_CIPHER_fetch(nullptr, algorithm, nullptr)};
    if (!cipher)
        throw std::runtime_error("libcrypto has no AES-128");
    require(EVP_CipherInit_ex2(context, cipher.get(), nullptr, nullptr, 0, nullptr));
}

/// The packet number whose low octets are `truncated` and that is nearest to `next_number` (RFC 9000, A.3).
std::uint64_t full_packet_number(std::uint64_t truncated, std::size_t octets, std::uint64_t next_number)
{
    const std::uint64_t window = std::uint64_t{1} << (8 * octets);
    const std::uint64_t candidate = (next_number & ~(window - 1)) | truncated;
    if (candidate + window / 2 <= next_number && candidate + window <= max_varint)
        return candidate + window;
    if (candidate > next_number + window / 2 && candidate >= window)
        return candidate - window;
    return candidate;
}

}  // namespace

void InitialOpener::Free::operator()(EVP_MD* digest) const
{
    EVP_MD_free(digest);
}

void InitialOpener::Free::operator()(EVP_MD_CTX* context) const
{
    EVP_MD_CTX_free(context);
}

void InitialOpener::Free::operator()(EVP_CIPHER_CTX* context) const
{
    EVP_CIPHER_CTX_free(context);
}

InitialOpener::InitialOpener()
    : sha256_{EVP_MD_fetch(nullptr, "SHA256", nullptr)},
      hash_{EVP_MD_CTX_new()},
      aes_ecb_{EVP_CIPHER_CTX_new()},
      aes_gcm_{EVP_CIPHER_CTX_new()}
{
    if (!sha256_ || !hash_ || !aes_ecb_ || !aes_gcm_)
        throw std::runtime_error("libcrypto has no SHA-256");
    select_cipher(aes_ecb_.get(), "AES-128-ECB");
    select_cipher(aes_gcm_.get(), "AES-128-GCM");
}

void InitialOpener::hash(Bytes padded_key, Bytes message, Secret& out)
{
    unsigned int length = 0;
    require(EVP_DigestInit_ex2(hash_.get(), sha256_.get(), nullptr));
    require(EVP_DigestUpdate(hash_.get(), padded_key.data(), padded_key.size()));
    require(EVP_DigestUpdate(hash_.get(), message.data(), message.size()));
    require(EVP_DigestFinal_ex(hash_.get(), raw(std::span<std::byte>{out}), &length));
}

/// RFC 2104, for a key no longer than a block. libcrypto's own HMAC costs ten times as much on keys used once.
InitialOpener::Secret InitialOpener::hmac(Bytes key, Bytes message)
{
    std::array<std::byte, sha256_block> padded_key{};
    std::ranges::copy(key, padded_key.begin());
    for (std::byte& octet : padded_key)
        octet ^= std::byte{0x36};
    Secret digest;
    hash(padded_key, message, digest);
    for (std::byte& octet : padded_key)
        octet ^= std::byte{0x36} ^ std::byte{0x5c};
    hash(padded_key, digest, digest);
    return digest;
}

/// HKDF-Expand-Label with an empty context (RFC 8446, 7.1); one HMAC, since nothing here is longer than a digest.
InitialOpener::Secret InitialOpener::expand_label(const Secret& secret, std::string_view label, std::uint8_t length)
{
    static constexpr std::string_view prefix = "tls13 ";
    std::array<std::byte, label_capacity> info{};
    info[1] = std::byte{length};
    info[2] = static_cast<std::byte>(prefix.size() + label.size());
    const auto after_prefix = std::ranges::copy(as_octets(prefix), info.begin() + 3).out;
    const auto context = std::ranges::copy(as_octets(label), after_prefix).out;
    *std::next(context) = std::byte{1};  // RFC 5869, 2.3: the counter, behind an empty context's length of 0
    return hmac(secret, Bytes{info}.first(static_cast<std::size_t>(context - info.begin()) + 2));
}

std::optional<InitialKeys> InitialOpener::derive_keys(Version version, Bytes destination_id, Sender sender)
{
    const VersionRules* rules = find_rules(version);
    if (rules == nullptr || destination_id.size() > max_connection_id)
        return std::nullopt;
    const Secret initial_secret = hmac(rules->initial_salt, destination_id);
    const Secret secret = expand_label(initial_secret, sender == Sender::client ? "client in" : "server in", 32);
    InitialKeys keys;
    const auto expand_into = [&](std::span<std::byte> destination, std::string_view label) {
        const Secret octets = expand_label(secret, label, static_cast<std::uint8_t>(destination.size()));
        std::ranges::copy(Bytes{octets}.first(destination.size()), destination.begin());
    };
    expand_into(keys.key, rules->key_label);
    expand_into(keys.iv, rules->iv_label);
    expand_into(keys.hp, rules->hp_label);
    return keys;
}

/// RFC 9001, 5.4.3.
std::array<std::byte, 16> InitialOpener::header_mask(const InitialKeys& keys, Bytes sample)
{
    std::array<std::byte, 16> mask{};
    int length = 0;
    require(EVP_EncryptInit_ex2(aes_ecb_.get(), nullptr, raw(Bytes{keys.hp}), nullptr, nullptr));
    require(
        EVP_EncryptUpdate(aes_ecb_.get(), raw(std::span<std::byte>{mask}), &length, raw(sample), length_of(sample)));
    return mask;
}

/// RFC 9001, 5.3: leaves the frames in plaintext_; false when the tag is not theirs.
bool InitialOpener::decrypt(const InitialKeys& keys, std::uint64_t packet_number, Bytes header, Bytes sealed)
{
    std::array<std::byte, 12> nonce = keys.iv;
    for (std::size_t i = 0; i < sizeof packet_number; ++i)
        nonce[nonce.size() - 1 - i] ^= static_cast<std::byte>(packet_number >> (8 * i));
    const Bytes ciphertext = sealed.first(sealed.size() - aead_tag);
    std::array<std::byte, aead_tag> tag{};
    std::ranges::copy(sealed.last(aead_tag), tag.begin());

    EVP_CIPHER_CTX* gcm = aes_gcm_.get();
    int length = 0;
    plaintext_.resize(ciphertext.size() + 1);  // never empty: EVP takes a null output for associated data
    require(EVP_DecryptInit_ex2(gcm, nullptr, raw(Bytes{keys.key}), raw(Bytes{nonce}), nullptr));
    require(EVP_DecryptUpdate(gcm, nullptr, &length, raw(header), length_of(header)));
    require(
        EVP_DecryptUpdate(gcm, raw(std::span<std::byte>{plaintext_}), &length, raw(ciphertext), length_of(ciphertext)));
    require(EVP_CIPHER_CTX_ctrl(gcm, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag.size()), tag.data()));
    return EVP_DecryptFinal_ex(gcm, raw(std::span{plaintext_}.last(1)), &length) == 1;
}

std::expected<OpenedInitial, OpenError> InitialOpener::open(const InitialKeys& keys, const PacketView& initial,
                                                            std::uint64_t next_number)
{
    if (initial.cut())
        return std::unexpected(OpenError::cut);
    constexpr std::size_t sample_offset = 4;  // RFC 9001, 5.4.2: as if the packet number took 4 octets
    const Bytes number_on = initial.octets.subspan(initial.number_offset);
    const auto mask = header_mask(keys, number_on.subspan(sample_offset, header_protection_sample));
    const std::byte first = initial.octets[0] ^ (mask[0] & std::byte{0x0f});
    const std::size_t number_length = std::to_integer<std::size_t>(first & std::byte{0x03}) + 1;

    header_.assign(initial.octets.begin(),
                   initial.octets.begin() + static_cast<std::ptrdiff_t>(initial.number_offset + number_length));
    header_[0] = first;
    std::uint64_t truncated_number = 0;
    for (std::size_t i = 0; i < number_length; ++i) {
        std::byte& octet = header_[initial.number_offset + i];
        octet ^= mask[1 + i];
        truncated_number = truncated_number << 8U | std::to_integer<std::uint64_t>(octet);
    }
    const std::uint64_t packet_number = full_packet_number(truncated_number, number_length, next_number);
    if (!decrypt(keys, packet_number, header_, number_on.subspan(number_length)))
        return std::unexpected(OpenError::not_authentic);
    return OpenedInitial{packet_number, Bytes{plaintext_}.first(plaintext_.size() - 1)};
}

}  // namespace waybill::quic
