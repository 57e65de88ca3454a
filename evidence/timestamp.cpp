#include "evidence/timestamp.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ts.h>
#include <openssl/x509.h>

#include <array>
#include <ctime>
#include <memory>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "base/digest.h"

namespace waybill::evidence {
namespace {

constexpr std::size_t most_response_octets = std::size_t{1} << 20U;
constexpr std::size_t most_roots_octets = std::size_t{4} << 20U;
constexpr std::size_t most_roots = 1'000;
constexpr std::size_t nonce_octets = 8;

/// What libcrypto has a function for to free.
template <auto free_one>
struct Free {
    template <class Type>
    void operator()(Type* each) const
    {
        free_one(each);
    }
};
template <class Type, auto free_one>
using Owned = std::unique_ptr<Type, Free<free_one>>;

using Bio = Owned<BIO, BIO_free>;
using Request = Owned<TS_REQ, TS_REQ_free>;
using Imprint = Owned<TS_MSG_IMPRINT, TS_MSG_IMPRINT_free>;
using Algorithm = Owned<X509_ALGOR, X509_ALGOR_free>;
using Integer = Owned<ASN1_INTEGER, ASN1_INTEGER_free>;
using BigNumber = Owned<BIGNUM, BN_free>;
using Response = Owned<TS_RESP, TS_RESP_free>;
using Store = Owned<X509_STORE, X509_STORE_free>;
using Certificate = Owned<X509, X509_free>;
using Context = Owned<TS_VERIFY_CTX, TS_VERIFY_CTX_free>;

// libcrypto writes unsigned char, which may alias std::byte and char.
unsigned char* as_unsigned(std::byte* octets)
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
    return reinterpret_cast<unsigned char*>(octets);
}
const unsigned char* as_unsigned(const char* octets)
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
    return reinterpret_cast<const unsigned char*>(octets);
}

Sha256 digest_of(std::string_view octets)
{
    return sha256(std::as_bytes(std::span{octets}));
}

void require(bool done)
{
    if (!done)
        throw std::runtime_error("libcrypto could not make a request for a time-stamp");
}

Imprint imprint_of(std::string_view octets)
{
    Algorithm algorithm{X509_ALGOR_new()};
    Imprint imprint{TS_MSG_IMPRINT_new()};
    require(algorithm && imprint);
    require(X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr) == 1);
    Sha256 digest = digest_of(octets);
    require(TS_MSG_IMPRINT_set_algo(imprint.get(), algorithm.get()) == 1);
    require(TS_MSG_IMPRINT_set_msg(imprint.get(), as_unsigned(digest.data()), static_cast<int>(digest.size())) == 1);
    return imprint;
}

Integer random_nonce()
{
    std::array<unsigned char, nonce_octets> octets{};
    require(RAND_bytes(octets.data(), static_cast<int>(octets.size())) == 1);
    const BigNumber number{BN_bin2bn(octets.data(), static_cast<int>(octets.size()), nullptr)};
    Integer nonce{number ? BN_to_ASN1_INTEGER(number.get(), nullptr) : nullptr};
    require(nonce != nullptr);
    return nonce;
}

std::expected<Store, std::string> store_of(const std::string& roots, std::time_t at)
{
    if (roots.size() > most_roots_octets)
        return std::unexpected("the file of roots is larger than 4 MB");
    const Bio bio{BIO_new_mem_buf(roots.data(), static_cast<int>(roots.size()))};
    Store store{X509_STORE_new()};
    std::size_t count = 0;
    while (bio && store && count < most_roots) {  // each turn reads a certificate
        const Certificate root{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)};
        if (!root)
            break;
        X509_STORE_add_cert(store.get(), root.get());
        ++count;
    }
    ERR_clear_error();
    if (count == 0)
        return std::unexpected("the file of roots holds no certificate in PEM");
    X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store.get()), at);
    return store;
}

/// The time that a token tells; nothing when it is none.
std::optional<std::tm> time_of(TS_TST_INFO* info)
{
    std::tm time{};
    const ASN1_GENERALIZEDTIME* const generalized = info == nullptr ? nullptr : TS_TST_INFO_get_time(info);
    if (generalized == nullptr || ASN1_TIME_to_tm(generalized, &time) != 1)
        return std::nullopt;
    return time;
}

std::string rfc3339(const std::tm& time)
{
    std::array<char, 32> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &time);
    return {text.data(), size};
}

/// Whether the token is of these octets, by SHA-256.
bool is_of(TS_TST_INFO* info, std::string_view octets)
{
    TS_MSG_IMPRINT* const imprint = TS_TST_INFO_get_msg_imprint(info);
    const X509_ALGOR* const algorithm = imprint == nullptr ? nullptr : TS_MSG_IMPRINT_get_algo(imprint);
    const ASN1_OBJECT* name = nullptr;
    if (algorithm == nullptr)
        return false;
    X509_ALGOR_get0(&name, nullptr, nullptr, algorithm);
    ASN1_OCTET_STRING* const message = TS_MSG_IMPRINT_get_msg(imprint);
    const Sha256 digest = digest_of(octets);
    const std::span stamped{ASN1_STRING_get0_data(message), static_cast<std::size_t>(ASN1_STRING_length(message))};
    return OBJ_obj2nid(name) == NID_sha256 && std::ranges::equal(std::as_bytes(stamped), digest);
}

/// Whether the signature of a response leads to one of the roots.
bool is_signed(TS_RESP* response, std::string_view octets, Store store)
{
    const Context context{TS_VERIFY_CTX_new()};
    Sha256 digest = digest_of(octets);
    auto* const imprint = static_cast<unsigned char*>(OPENSSL_memdup(digest.data(), digest.size()));
    if (!context || imprint == nullptr)
        return false;
    TS_VERIFY_CTX_set_flags(context.get(), TS_VFY_VERSION | TS_VFY_IMPRINT | TS_VFY_SIGNATURE);
    TS_VERIFY_CTX_set_imprint(context.get(), imprint, static_cast<long>(digest.size()));  // the context frees both
    TS_VERIFY_CTX_set_store(context.get(), store.release());
    const bool holds = TS_RESP_verify_response(context.get(), response) == 1;
    ERR_clear_error();
    return holds;
}

}  // namespace

std::string timestamp_request(std::string_view octets)
{
    const Request request{TS_REQ_new()};
    const Imprint imprint = imprint_of(octets);
    const Integer nonce = random_nonce();
    require(request && TS_REQ_set_version(request.get(), 1) == 1);
    require(TS_REQ_set_msg_imprint(request.get(), imprint.get()) == 1);
    require(TS_REQ_set_nonce(request.get(), nonce.get()) == 1);
    require(TS_REQ_set_cert_req(request.get(), 1) == 1);
    unsigned char* der = nullptr;
    const int size = i2d_TS_REQ(request.get(), &der);
    require(size > 0);
    std::string text(static_cast<std::size_t>(size), '\0');
    std::ranges::copy(std::span{der, text.size()}, text.begin());
    OPENSSL_free(der);
    return text;
}

std::expected<CheckedTimestamp, std::string> check_timestamp(std::string_view response, std::string_view octets,
                                                             const std::optional<std::string>& roots)
{
    if (response.size() > most_response_octets)
        return std::unexpected("is larger than 1 MB");
    const unsigned char* at = as_unsigned(response.data());
    const Response parsed{d2i_TS_RESP(nullptr, &at, static_cast<long>(response.size()))};
    ERR_clear_error();
    if (!parsed || at != std::next(as_unsigned(response.data()), static_cast<std::ptrdiff_t>(response.size())))
        return std::unexpected("is no response of a time-stamp authority in DER (RFC 3161)");
    const auto status = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(parsed.get())));
    if (status != TS_STATUS_GRANTED && status != TS_STATUS_GRANTED_WITH_MODS)
        return std::unexpected("says that the authority refused");
    TS_TST_INFO* const info = TS_RESP_get_tst_info(parsed.get());
    auto time = time_of(info);
    if (!time)
        return std::unexpected("tells no time");
    if (!is_of(info, octets))
        return std::unexpected("is a time-stamp of something else");
    CheckedTimestamp checked{rfc3339(*time), false};
    if (!roots)
        return checked;
    auto store = store_of(*roots, ::timegm(&*time));
    if (!store)
        return std::unexpected(std::move(store.error()));
    if (!is_signed(parsed.get(), octets, *std::move(store)))
        return std::unexpected("is signed by no authority whose root was given, or not as it must be");
    checked.is_trusted = true;
    return checked;
}

}  // namespace waybill::evidence
