#include "base/sha256_stream.h"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

#include "base/hex.h"

namespace waybill {

void Sha256Stream::Free::operator()(evp_md_ctx_st* context) const
{
    EVP_MD_CTX_free(context);
}

Sha256Stream::Sha256Stream() : context_{EVP_MD_CTX_new()}
{
    if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("libcrypto has no SHA-256");
}

void Sha256Stream::add(Bytes octets)
{
    if (EVP_DigestUpdate(context_.get(), octets.data(), octets.size()) != 1)
        throw std::runtime_error("libcrypto could not compute a digest");
}

std::string Sha256Stream::so_far() const
{
    Sha256Stream copy;
    if (EVP_MD_CTX_copy_ex(copy.context_.get(), context_.get()) != 1)
        throw std::runtime_error("libcrypto could not copy a digest");
    return copy.finish();
}

std::string Sha256Stream::finish()
{
    std::array<unsigned char, 32> digest{};
    unsigned int length = 0;
    if (EVP_DigestFinal_ex(context_.get(), digest.data(), &length) != 1 || length != digest.size())
        throw std::runtime_error("libcrypto could not compute a digest");
    return to_hex(std::as_bytes(std::span{digest}));
}

}  // namespace waybill
