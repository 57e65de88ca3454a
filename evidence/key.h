#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/cursor.h"

struct evp_pkey_st;

namespace waybill::evidence {

/// An Ed25519 public key (RFC 8032), read and written as PEM of a SubjectPublicKeyInfo (RFC 8410), which
/// `openssl pkey -pubin` reads.
class PublicKey {
public:
    static std::expected<PublicKey, std::string> from_pem(std::string_view pem);

    std::string pem() const;

    /// SHA-256 of the SubjectPublicKeyInfo in DER, as hexadecimal digits: what
    /// `openssl pkey -pubin -in FILE -outform DER | sha256sum` prints.
    const std::string& id() const { return id_; }

    bool verifies(Bytes message, Bytes signature) const;

private:
    friend class SigningKey;
    explicit PublicKey(std::shared_ptr<evp_pkey_st> key);

    std::shared_ptr<evp_pkey_st> key_;
    std::string id_;
};

/// An Ed25519 private key, read and written as PEM of a PKCS #8 structure (RFC 5958), without a pass phrase.
class SigningKey {
public:
    /// Throws std::runtime_error when libcrypto refuses.
    static SigningKey generate();
    static std::expected<SigningKey, std::string> from_pem(std::string_view pem);

    std::string pem() const;
    PublicKey public_key() const { return PublicKey{key_}; }

    /// 64 octets. Throws std::runtime_error when libcrypto refuses.
    std::vector<std::byte> sign(Bytes message) const;

private:
    explicit SigningKey(std::shared_ptr<evp_pkey_st> key) : key_{std::move(key)} {}

    std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace waybill::evidence
