#include "evidence/key.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <limits>
#include <span>
#include <stdexcept>
#include <utility>

#include "base/digest.h"

namespace waybill::evidence {
namespace {

constexpr std::size_t most_pem_octets = 16'384;

using Key = std::shared_ptr<EVP_PKEY>;

struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
};
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeContext>;

Key own(EVP_PKEY* key)
{
    return {key, [](EVP_PKEY* each) { EVP_PKEY_free(each); }};
}

// EVP reads and writes unsigned char, which may alias std::byte.
const unsigned char* as_unsigned(Bytes octets)
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
    return reinterpret_cast<const unsigned char*>(octets.data());
}

Bio reader_of(std::string_view text)
{
    return Bio{text.size() > most_pem_octets ? nullptr : BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

std::string content_of(const Bio& bio)
{
    char* data = nullptr;
    const auto size = BIO_get_mem_data(bio.get(), &data);
    if (size <= 0)
        throw std::runtime_error("libcrypto could not write a key");
    return {data, static_cast<std::size_t>(size)};
}

/// For a key with a pass phrase: there is nobody to ask.
int no_pass_phrase(char* /*room*/, int /*size*/, int /*writes*/, void* /*user*/)
{
    return -1;
}

bool is_ed25519(const Key& key)
{
    return key && EVP_PKEY_get_id(key.get()) == EVP_PKEY_ED25519;
}

std::string id_of(const Key& key)
{
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key.get(), &der);
    const std::unique_ptr<unsigned char, void (*)(unsigned char*)> owned{
        der, [](unsigned char* octets) { OPENSSL_free(octets); }};
    if (size <= 0)
        throw std::runtime_error("libcrypto could not encode a public key");
    return sha256_hex(std::as_bytes(std::span{der, static_cast<std::size_t>(size)}));
}

}  // namespace

PublicKey::PublicKey(std::shared_ptr<EVP_PKEY> key) : key_{std::move(key)}, id_{id_of(key_)} {}

std::expected<PublicKey, std::string> PublicKey::from_pem(std::string_view pem)
{
    const Bio bio = reader_of(pem);
    Key key = own(bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, no_pass_phrase, nullptr) : nullptr);
    if (!key)
        return std::unexpected(pem.contains("PRIVATE KEY")
                                   ? "it is a private key; name the public one, FILE.pub"
                                   : "it is no public key; it must begin with -----BEGIN PUBLIC KEY-----");
    if (!is_ed25519(key))
        return std::unexpected("it is not an Ed25519 key");
    return PublicKey{std::move(key)};
}

std::string PublicKey::pem() const
{
    const Bio bio{BIO_new(BIO_s_mem())};
    if (!bio || PEM_write_bio_PUBKEY(bio.get(), key_.get()) != 1)
        throw std::runtime_error("libcrypto could not write a public key");
    return content_of(bio);
}

bool PublicKey::verifies(Bytes message, Bytes signature) const
{
    const DigestContext context{EVP_MD_CTX_new()};
    return context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
           EVP_DigestVerify(context.get(), as_unsigned(signature), signature.size(), as_unsigned(message),
                            message.size()) == 1;
}

SigningKey SigningKey::generate()
{
    Key key = own(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    if (!key)
        throw std::runtime_error("libcrypto could not make an Ed25519 key");
    return SigningKey{std::move(key)};
}

std::expected<SigningKey, std::string> SigningKey::from_pem(std::string_view pem)
{
    const Bio bio = reader_of(pem);
    Key key = own(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_pass_phrase, nullptr) : nullptr);
    if (!key)
        return std::unexpected(
            pem.contains("ENCRYPTED PRIVATE KEY")
                ? "it has a pass phrase, which cannot be asked for; write it without by `openssl pkey -in FILE`"
            : pem.contains("PUBLIC KEY") ? "it is a public key; name the private one, without .pub"
                                         : "it is no private key; it must begin with -----BEGIN PRIVATE KEY-----");
    if (!is_ed25519(key))
        return std::unexpected("it is not an Ed25519 key; make one by `waybill key new FILE`");
    return SigningKey{std::move(key)};
}

std::string SigningKey::pem() const
{
    const Bio bio{BIO_new(BIO_s_mem())};
    if (!bio || PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        throw std::runtime_error("libcrypto could not write a private key");
    return content_of(bio);
}

std::vector<std::byte> SigningKey::sign(Bytes message) const
{
    constexpr std::size_t signature_octets = 64;  // RFC 8032, 5.1.6
    std::vector<std::byte> signature(signature_octets);
    std::size_t size = signature.size();
    const DigestContext context{EVP_MD_CTX_new()};
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
    auto* const room = reinterpret_cast<unsigned char*>(signature.data());
    if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), room, &size, as_unsigned(message), message.size()) != 1 ||
        size != signature.size())
        throw std::runtime_error("libcrypto could not sign");
    return signature;
}

}  // namespace waybill::evidence
