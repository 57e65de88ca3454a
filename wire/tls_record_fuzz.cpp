#include <cstdlib>

#include "wire/tls_record.h"

/// What looks like TLS goes on looking like it, and no prefix of it was ruled out.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill::tls;
    const auto octets = std::as_bytes(std::span{data, size});
    bool looked = false;
    for (std::size_t length = 0; length <= size && length <= record_header_octets + 16; ++length) {
        const bool looks = looks_like_tls(octets.first(length));
        if (looked && !looks)
            std::abort();
        if ((looks || looks_like_tls(octets)) && !could_be_tls(octets.first(length)))
            std::abort();
        looked = looks;
    }
    if (const auto header = parse_record_header(octets); header && header->length > max_record_octets)
        std::abort();
    return 0;
}
