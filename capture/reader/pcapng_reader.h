#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "capture/packet_source.h"
#include "capture/reader/fields.h"
#include "capture/reader/pcapng_blocks.h"
#include "capture/reader/record_stream.h"
#include "capture/reader/timestamp_units.h"

namespace waybill {

/// Reads pcapng files (draft-ietf-opsawg-pcapng) of version 1: any number of sections of either byte order, interfaces
/// of different link types and time units, packets in place and without a copy. Blocks of other kinds are passed.
///
/// A block whose frame is broken ends the file; one whose body is broken is left out and counted.
class PcapngReader final : public PacketSource {
public:
    /// Whether a file that begins with these octets is a pcapng file.
    static bool recognises(Bytes beginning);
    /// Reads the first section header. Errors: `not_understood`, `unreadable`, and those of a decompressor.
    static std::expected<std::unique_ptr<PcapngReader>, CaptureError> open(OctetWindow window);

    NextPacket next() override;
    SourceNotes notes() const override;

private:
    struct Interface {
        LinkType link_type = LinkType::null;
        std::uint8_t fcs_length = 0;
        std::uint32_t snaplen = 0;  ///< 0 is no limit
        TimestampUnits units;
        std::uint64_t drops = 0;         ///< of its latest statistics
        std::uint64_t system_drops = 0;  ///< of its latest statistics
    };
    /// What the fixed part of a packet block tells.
    struct PacketFields {
        std::uint32_t interface = 0;
        std::uint64_t units = 0;
        std::uint32_t captured_length = 0;
        std::uint32_t wire_length = 0;
    };
    struct OptionValue {
        pcapng::Option code;
        Bytes value;
    };
    enum class Block : std::uint8_t { passed, packet, unfinished, broken };

    explicit PcapngReader(OctetWindow window) : stream_{std::move(window)} {}

    Block read_block(Packet& packet);
    Block pass_block(pcapng::BlockType type, std::uint32_t told_octets);
    Block pass(std::uint64_t octets);
    Block read_section_header();
    bool read_body(pcapng::BlockType type, Bytes body, Packet& packet);
    bool read_enhanced_packet(Bytes body, Packet& packet);
    bool read_packet(Bytes body, Packet& packet);
    bool read_simple_packet(Bytes body, Packet& packet);
    bool take_packet(const PacketFields& fields, Fields& rest, Packet& packet);
    void read_packet_options(Bytes options, Packet& packet);
    bool read_interface(Bytes body);
    bool read_statistics(Bytes body);
    std::optional<OptionValue> next_option(Fields& options);
    void note_interfaces(SourceNotes& notes) const;
    Block broken(std::string what);

    RecordStream stream_;
    std::endian order_ = std::endian::native;
    std::vector<Interface> interfaces_;
    std::string what_broke_;
    std::uint64_t passed_octets_ = 0;  ///< of the block in which the file ended
};

}  // namespace waybill
