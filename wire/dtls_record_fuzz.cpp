#include <cstdlib>

#include "wire/dtls_record.h"

/// Records and fragments, headers included, are never more octets than the datagram; records that fill it are DTLS.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    const auto datagram = std::as_bytes(std::span{data, size});
    Cursor in{datagram};
    std::size_t octets = 0;
    while (!in.at_end()) {
        const auto record = dtls::next_record(in);
        if (!record)
            return 0;
        octets += dtls::record_header_octets + record->fragment.size();
        Cursor fragments{record->fragment};
        while (!fragments.at_end()) {
            const auto part = dtls::next_fragment(fragments);
            if (part && part->fragment_offset + part->fragment.size() > part->message_length)
                std::abort();
            if (!part)
                break;
        }
    }
    if (octets != size || (size > 0 && !dtls::looks_like_dtls(datagram)))
        std::abort();
    return 0;
}
