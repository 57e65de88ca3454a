#pragma once

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <vector>

#include "base/cursor.h"
#include "wire/quic_initial.h"

namespace waybill::test {

using Octets = std::vector<std::byte>;

inline Octets joined(std::initializer_list<Bytes> parts)
{
    Octets octets;
    for (const Bytes part : parts)
        octets.insert(octets.end(), part.begin(), part.end());
    return octets;
}

/// `count` octets in network order.
inline Octets integer(std::uint64_t value, std::size_t count)
{
    Octets octets(count);
    for (std::size_t i = 0; i < count; ++i)
        octets[count - 1 - i] = static_cast<std::byte>(value >> (8 * i));
    return octets;
}

/// A variable-length integer in four octets (RFC 9000, 16 allows more than the shortest).
inline Octets varint(std::uint64_t value)
{
    return integer(0x80000000U | value, 4);
}

inline Octets crypto_frame(std::uint64_t offset, Bytes octets)
{
    return joined({integer(6, 1), varint(offset), varint(octets.size()), octets});
}

/// What is written into a sealed Initial.
struct InitialPlan {
    quic::Version version = quic::version_1;
    Octets destination_id;
    Octets source_id;
    Octets token;
    std::uint64_t packet_number = 0;
    std::size_t number_length = 4;
    Octets frames;
    std::size_t pad_to = 0;  ///< octets of the frames with PADDING
};

/// The CRYPTO frame of RFC 9001, A.2 and RFC 9369, A.2: a ClientHello for example.com.
inline constexpr const char* rfc_crypto_frame =
    "060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c00000413011302010000c000000010"
    "000e00000b6578616d706c652e636f6dff01000100000a00080006001d0017001800100007000504616c706e00050005010000000000330026"
    "0024001d00209370b2c9caa47fbabaf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b0003020304000d0010000e040305030603"
    "0203080408050806002d00020101001c00024001003900320408ffffffffffffffff05048000ffff07048000ffff0801100104800075300901"
    "100f088394c8f03e51570806048000ffff";

namespace sealing {

inline unsigned char* raw(Octets& octets, std::size_t at = 0)
{
    // EVP writes unsigned char, which may alias std::byte.
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
    return reinterpret_cast<unsigned char*>(std::span{octets}.subspan(at).data());
}

inline void require(int result)
{
    if (result != 1)
        throw std::runtime_error("a test's packet cannot be sealed");
}

struct FreeContext {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

/// RFC 9001, 5.4.3.
inline Octets mask(const quic::InitialKeys& keys, Bytes sample)
{
    Octets key{keys.hp.begin(), keys.hp.end()};
    Octets octets{sample.begin(), sample.end()};
    const Context context{EVP_CIPHER_CTX_new()};
    int length = 0;
    require(EVP_EncryptInit_ex(context.get(), EVP_aes_128_ecb(), nullptr, raw(key), nullptr));
    require(EVP_EncryptUpdate(context.get(), raw(octets), &length, raw(octets), 16));
    return octets;
}

/// RFC 9001, 5.3.
inline Octets encrypt(const quic::InitialKeys& keys, std::uint64_t packet_number, Octets header, Octets frames)
{
    Octets key{keys.key.begin(), keys.key.end()};
    Octets nonce{keys.iv.begin(), keys.iv.end()};
    for (std::size_t i = 0; i < 8; ++i)
        nonce[11 - i] ^= static_cast<std::byte>(packet_number >> (8 * i));
    const std::size_t size = frames.size();
    frames.resize(size + 16);
    const Context context{EVP_CIPHER_CTX_new()};
    int length = 0;
    require(EVP_EncryptInit_ex(context.get(), EVP_aes_128_gcm(), nullptr, raw(key), raw(nonce)));
    require(EVP_EncryptUpdate(context.get(), nullptr, &length, raw(header), static_cast<int>(header.size())));
    if (size > 0)
        require(EVP_EncryptUpdate(context.get(), raw(frames), &length, raw(frames), static_cast<int>(size)));
    require(EVP_EncryptFinal_ex(context.get(), raw(frames, size), &length));
    require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, 16, raw(frames, size)));
    return frames;
}

}  // namespace sealing

/// An Initial packet, protected with `keys` (RFC 9001, 5.3 and 5.4).
inline Octets seal_initial(const InitialPlan& plan, const quic::InitialKeys& keys)
{
    const unsigned type = plan.version == quic::version_2 ? 1 : 0;
    const std::uint64_t first = 0xc0U | type << 4U | (plan.number_length - 1);
    Octets frames = plan.frames;
    frames.resize(std::max({frames.size(), plan.pad_to, std::size_t{4} - plan.number_length}));
    const std::size_t length = plan.number_length + frames.size() + 16;
    Octets header = joined({integer(first, 1), integer(static_cast<std::uint32_t>(plan.version), 4),
                            integer(plan.destination_id.size(), 1), plan.destination_id,
                            integer(plan.source_id.size(), 1), plan.source_id});
    // One octet for an empty token and two for the length, as the RFC's examples write them.
    header = joined({header, plan.token.empty() ? integer(0, 1) : varint(plan.token.size()), plan.token,
                     integer(0x4000U | length, 2), integer(plan.packet_number, plan.number_length)});
    const Octets sealed = sealing::encrypt(keys, plan.packet_number, header, frames);
    Octets packet = joined({header, sealed});
    const std::size_t number_offset = header.size() - plan.number_length;
    const Octets mask = sealing::mask(keys, Bytes{packet}.subspan(number_offset + 4, 16));
    packet[0] ^= mask[0] & std::byte{0x0f};
    for (std::size_t i = 0; i < plan.number_length; ++i)
        packet[number_offset + i] ^= mask[1 + i];
    return packet;
}

/// A client's Initial, protected with the keys that `key_id` gives: its own Destination Connection ID unless given.
inline Octets seal_client_initial(const InitialPlan& plan, quic::InitialOpener& opener, const Octets& key_id)
{
    return seal_initial(plan, opener.derive_keys(plan.version, key_id, quic::Sender::client).value());
}

inline Octets seal_client_initial(const InitialPlan& plan, quic::InitialOpener& opener)
{
    return seal_client_initial(plan, opener, plan.destination_id);
}

}  // namespace waybill::test
