#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <span>

#include "capture/pcapng_writer.h"
#include "capture/reader/pcap_reader.h"
#include "capture/reader/pcapng_reader.h"
#include "capture/reader/snoop_reader.h"
#include "capture/reader/whole_reading.h"

namespace {

/// Opens a capture with a small window: as many octets as one usually takes are slow to ask for each time.
template <typename Reader>
std::unique_ptr<waybill::PacketSource> open_small(std::unique_ptr<waybill::OctetSource> octets)
{
    constexpr std::size_t window_octets = 4096;
    auto reader = Reader::open(waybill::OctetWindow{std::move(octets), window_octets});
    return reader ? *std::move(reader) : nullptr;
}

std::unique_ptr<waybill::PacketSource> open_any(waybill::Bytes capture)
{
    auto octets = std::make_unique<waybill::MemoryOctets>(capture, capture.size());
    if (waybill::PcapReader::recognises(capture))
        return open_small<waybill::PcapReader>(std::move(octets));
    if (waybill::SnoopReader::recognises(capture))
        return open_small<waybill::SnoopReader>(std::move(octets));
    return open_small<waybill::PcapngReader>(std::move(octets));
}

}  // namespace

/// Packets that any capture holds, written and read again, are the same packets.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto source = open_any(std::as_bytes(std::span{data, size}));
    if (!source)
        return 0;
    waybill::FileDescriptor file{memfd_create("written", MFD_CLOEXEC)};
    waybill::FileDescriptor again{::fcntl(file.get(), F_DUPFD_CLOEXEC, 0)};
    auto writer = waybill::PcapngWriter::create(std::move(file), {});
    if (!writer)
        std::abort();
    waybill::WholeReading expected = waybill::read_whole(*source);
    std::erase_if(expected.packets, [&writer](waybill::OwnedPacket& kept) {
        const waybill::Packet packet{.time = kept.time,
                                     .octets = kept.octets,
                                     .wire_length = kept.wire_length,
                                     .link_type = kept.link_type,
                                     .comment = kept.comment};
        kept.fcs_length = 0;
        kept.has_time = true;
        return !writer->write_packet(*writer->add_interface({.link_type = kept.link_type}), packet);
    });
    if (!writer->flush() || ::lseek(again.get(), 0, SEEK_SET) != 0)
        std::abort();
    const auto written =
        open_small<waybill::PcapngReader>(std::make_unique<waybill::DescriptorOctets>(std::move(again)));
    if (!written || waybill::read_whole(*written).packets != expected.packets)
        std::abort();  // a packet changed on its way
    return 0;
}
