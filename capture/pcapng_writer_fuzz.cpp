#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <span>

#include "capture/pcapng_writer.h"
#include "capture/reader/open_capture.h"
#include "capture/reader/whole_reading.h"

/// Packets that any capture holds, written and read again, are the same packets.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto source =
        waybill::read_capture(std::make_unique<waybill::MemoryOctets>(std::as_bytes(std::span{data, size}), size));
    waybill::FileDescriptor file{memfd_create("written", MFD_CLOEXEC)};
    waybill::FileDescriptor again{::fcntl(file.get(), F_DUPFD_CLOEXEC, 0)};
    auto writer = waybill::PcapngWriter::create(std::move(file), {});
    if (!source || !writer)
        return 0;
    waybill::WholeReading expected = waybill::read_whole(**source);
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
    const auto written = waybill::read_capture(std::make_unique<waybill::DescriptorOctets>(std::move(again)));
    if (!written || waybill::read_whole(**written).packets != expected.packets)
        std::abort();  // a packet changed on its way
    return 0;
}
