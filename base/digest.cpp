#include "base/digest.h"

#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

#include "base/hex.h"

namespace waybill {
namespace {

struct FreeDigest {
    void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
};
struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

/// A digest fetched once: EVP_sha256() would look the provider up for every message.
class Hasher {
public:
    explicit Hasher(const char* algorithm)
        : digest_{EVP_MD_fetch(nullptr, algorithm, nullptr)}, context_{EVP_MD_CTX_new()}
    {
        if (!digest_ || !context_)
            throw std::runtime_error("libcrypto has no such digest");
    }

    template <std::size_t width>
    std::array<std::byte, width> hash(Bytes octets)
    {
        std::array<std::byte, width> out{};
        unsigned int length = 0;
        // EVP writes unsigned char, which may alias std::byte.
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
        auto* destination = reinterpret_cast<unsigned char*>(out.data());
        if (EVP_DigestInit_ex2(context_.get(), digest_.get(), nullptr) != 1 ||
            EVP_DigestUpdate(context_.get(), octets.data(), octets.size()) != 1 ||
            EVP_DigestFinal_ex(context_.get(), destination, &length) != 1 || length != width)
            throw std::runtime_error("libcrypto could not compute a digest");
        return out;
    }

private:
    std::unique_ptr<EVP_MD, FreeDigest> digest_;
    std::unique_ptr<EVP_MD_CTX, FreeContext> context_;
};

}  // namespace

Sha256 sha256(Bytes octets)
{
    thread_local Hasher hasher{"SHA256"};
    return hasher.hash<32>(octets);
}

Md5 md5(Bytes octets)
{
    thread_local Hasher hasher{"MD5"};
    return hasher.hash<16>(octets);
}

Sha1 sha1(Bytes octets)
{
    thread_local Hasher hasher{"SHA1"};
    return hasher.hash<20>(octets);
}

std::string sha256_hex(Bytes octets)
{
    return to_hex(sha256(octets));
}

}  // namespace waybill
