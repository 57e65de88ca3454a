#include <cstdlib>

#include "wire/tls_client_hello.h"

/// Every view lies in the message, and a name is shown with no octet lost.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    if (size == 0)
        return 0;
    const std::span input{data, size};
    const auto body = std::as_bytes(input).subspan(1);
    const auto hello =
        input[0] % 4 == 3 ? tls::parse_sslv2_client_hello(body)
                          : tls::parse_client_hello(body, tls::HelloTransport{static_cast<std::uint8_t>(input[0] % 4)});
    if (!hello) {
        if (hello.error().offset > body.size())
            std::abort();
        return 0;
    }
    const std::size_t claimed = 2 * (hello->cipher_suites.size()) + hello->extensions.size() + hello->session_id_length;
    if (claimed > body.size() || hello->alpn.size() > hello->extensions.size())
        std::abort();
    if (hello->server_name && tls::presentation(*hello->server_name).size() < hello->server_name->size())
        std::abort();
    std::size_t protocol_octets = 0;
    for (const auto& name : tls::alpn_names(*hello))
        protocol_octets += 1 + name.size();
    if (protocol_octets != hello->alpn.size() || (hello->damage && hello->damage->offset > body.size()))
        std::abort();
    return 0;
}
