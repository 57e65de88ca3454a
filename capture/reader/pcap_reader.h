#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>

#include "capture/packet_source.h"
#include "capture/reader/fields.h"
#include "capture/reader/record_stream.h"

namespace waybill {

/// Reads pcap files (draft-ietf-opsawg-pcap) of versions 2.0 to 2.4: both byte orders, micro- and nanoseconds,
/// the longer records of Kuznetzov's libpcap and IXIA's header, in place and without a copy.
class PcapReader final : public PacketSource {
public:
    /// Whether a file that begins with these octets is a pcap file.
    static bool recognises(Bytes beginning);
    /// Reads the file header. Errors: `not_understood`, `unreadable`, and those of a decompressor.
    static std::expected<std::unique_ptr<PcapReader>, CaptureError> open(OctetWindow window);

    NextPacket next() override;
    NextPackets next_packets() override;
    SourceNotes notes() const override { return stream_.notes; }

private:
    /// Which of a record's two lengths comes first: it changed with version 2.3, and not in all writers at once.
    enum class LengthOrder : std::uint8_t { captured_first, wire_first, by_size };

    struct RecordFields {
        std::uint32_t seconds = 0;
        std::uint32_t fraction = 0;
        std::uint32_t captured_length = 0;
        std::uint32_t wire_length = 0;
    };

    /// What the file header says of every record.
    struct Layout {
        std::endian order = std::endian::native;
        std::size_t record_header_octets = 0;
        std::uint64_t fraction_nanoseconds = 0;  ///< nanoseconds in a unit of the time's fraction
        LengthOrder length_order = LengthOrder::captured_first;
        LinkType link_type = LinkType::null;
        std::uint8_t fcs_length = 0;
    };

    PcapReader(OctetWindow window, const Layout& layout) : stream_{std::move(window)}, layout_{layout}
    {
        stream_.packet.link_type = layout.link_type;
        stream_.packet.fcs_length = layout.fcs_length;
        ready_.fill(stream_.packet);
    }
    static std::expected<Layout, CaptureError> read_layout(OctetWindow& window);
    static std::expected<void, CaptureError> read_version(Fields& header, Layout& layout);
    RecordFields fields(Bytes record) const;
    bool read_ready(Bytes& ready, Packet& packet);
    void take(Bytes octets, const RecordFields& fields, Packet& packet);
    Timestamp time(std::uint32_t seconds, std::uint32_t fraction);

    static constexpr std::size_t most_ready = 16;

    RecordStream stream_;
    std::array<Packet, most_ready> ready_;  // what next_packets() gave
    Layout layout_;
};

}  // namespace waybill
