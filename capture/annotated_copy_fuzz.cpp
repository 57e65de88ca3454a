#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <vector>

#include "capture/annotated_copy.h"
#include "capture/reader/octet_window.h"
#include "capture/reader/pcapng_reader.h"

namespace {

constexpr std::size_t window_octets = 4096;

std::vector<std::byte> copied(waybill::Bytes capture, std::uint64_t& packets)
{
    std::vector<std::byte> copy;
    const auto remark = [&](const waybill::Packet&) {
        ++packets;
        return waybill::PacketRemark{"process: \x1b[2J", 7};
    };
    const auto done =
        waybill::copy_annotated(std::make_unique<waybill::MemoryOctets>(capture, capture.size()), remark,
                                [&](waybill::Bytes octets) { copy.insert(copy.end(), octets.begin(), octets.end()); });
    return done ? copy : std::vector<std::byte>{};
}

}  // namespace

/// Of any octets the copy is a whole pcapng file with as many packets as were asked about, and a copy of it has as
/// many.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::uint64_t asked = 0;
    const std::vector<std::byte> copy = copied(std::as_bytes(std::span{data, size}), asked);
    if (copy.empty())
        return 0;
    auto reader = waybill::PcapngReader::open(
        waybill::OctetWindow{std::make_unique<waybill::MemoryOctets>(copy, copy.size()), window_octets});
    if (!reader)
        std::abort();
    std::uint64_t read = 0;
    while (true) {  // ends: each turn takes a packet
        const waybill::NextPacket packet = (*reader)->next();
        if (!packet || *packet == nullptr)
            break;
        ++read;
    }
    const waybill::SourceNotes notes = (*reader)->notes();
    std::uint64_t again = 0;
    copied(copy, again);
    if (notes.torn_files != 0 || notes.damaged_files != 0 || read + notes.damaged_records < asked || again != asked)
        std::abort();
    return 0;
}
