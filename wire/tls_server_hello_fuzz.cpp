#include <cstdlib>

#include "wire/tls_server_hello.h"

/// What is read lies in the message; every error too; a hello cut short by an octet is never the same hello.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    const auto body = std::as_bytes(std::span{data, size});
    const auto hello = tls::parse_server_hello(body);
    if (!hello && hello.error().offset > size)
        std::abort();
    if (!hello)
        return 0;
    if (hello->alpn && (hello->alpn->empty() || hello->alpn->size() > size))
        std::abort();
    if (tls::parse_server_hello(body.first(size - 1)))
        std::abort();
    return 0;
}
