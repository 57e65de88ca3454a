#include <cstdint>
#include <cstdlib>
#include <span>

#include "capture/reader/pcap_reader.h"
#include "capture/reader/whole_reading.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (!waybill::reads_the_same_in_pieces<waybill::PcapReader>(std::as_bytes(std::span{data, size})))
        std::abort();  // packets depend on how the octets arrive, or are more than there were
    return 0;
}
