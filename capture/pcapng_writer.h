#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/cursor.h"
#include "base/file_descriptor.h"
#include "capture/packet_source.h"
#include "model/packet.h"

namespace waybill {

/// What a pcapng section tells of its making; empty texts are left out.
struct PcapngSection {
    std::string hardware = {};
    std::string operating_system = {};
    std::string user_application = {};
};

struct PcapngInterface {
    LinkType link_type = LinkType::ethernet;
    std::uint32_t snaplen = 0;  ///< 0 is no limit
    std::string name = {};      ///< left out when empty
};

/// The number of an interface in the file that it was added to.
enum class PcapngInterfaceId : std::uint32_t {};

/// Which way a packet went (pcapng, epb_flags).
enum class PacketDirection : std::uint8_t { unknown = 0, inbound = 1, outbound = 2 };

/// What an interface saw; counts that are not known are left out.
struct PcapngStatistics {
    Timestamp time = {};  ///< when these counts were taken
    std::optional<Timestamp> start = {};
    std::optional<Timestamp> end = {};
    std::optional<std::uint64_t> received = {};
    std::optional<std::uint64_t> interface_drops = {};
    std::optional<std::uint64_t> system_drops = {};
};

/// Writes one pcapng section (draft-ietf-opsawg-pcapng, version 1.0, little-endian, times in nanoseconds) to a file
/// descriptor. The same calls give the same octets; nothing is taken from the machine or its clock.
///
/// Errors are `unwritable`: from the operating system, or for a text over
/// 65,535 octets, an unknown interface or a time before 1970 (after which writing may go on). Nothing is written for a
/// call that fails for its values. After an error from the operating system every call gives the same one; the file
/// then ends with a whole block, a little before what was written, so that there is room for the statistics, which are
/// still written where they can be.
class PcapngWriter {
public:
    using Result = std::expected<void, CaptureError>;

    PcapngWriter(PcapngWriter&& other) noexcept;
    PcapngWriter& operator=(PcapngWriter&& other) noexcept;
    PcapngWriter(const PcapngWriter&) = delete;
    PcapngWriter& operator=(const PcapngWriter&) = delete;
    ~PcapngWriter();

    /// Begins a section in `file`, which the writer owns. From here on the file is a capture, whatever happens to us.
    static std::expected<PcapngWriter, CaptureError> create(FileDescriptor file, const PcapngSection& section);

    std::expected<PcapngInterfaceId, CaptureError> add_interface(const PcapngInterface& interface);
    /// Writes the octets, lengths, time and comment of `packet`; its link type is the interface's.
    Result write_packet(PcapngInterfaceId interface, const Packet& packet,
                        PacketDirection direction = PacketDirection::unknown);
    Result write_statistics(PcapngInterfaceId interface, const PcapngStatistics& statistics);
    /// Hands all octets to the operating system. Without a last flush() the end of the file is lost.
    Result flush();

    /// Whether flush() has anything to hand over.
    bool has_unflushed() const { return used_ > 0; }

    /// Whether the operating system has refused to take more.
    bool has_failed() const { return failure_.has_value(); }
    /// Packets of an interface that write_packet() took, and that are not in the file after all.
    std::uint64_t lost(PcapngInterfaceId interface) const;

    /// Octets of the file so far, those not yet flushed included.
    std::uint64_t octets() const { return flushed_octets_ + used_; }
    /// The descriptor that is written to, for fsync().
    const FileDescriptor& file() const { return file_; }

private:
    struct Buffer;

    explicit PcapngWriter(FileDescriptor file);
    Result write_section(const PcapngSection& section);
    Result check_interface(PcapngInterfaceId interface) const;
    static Result check_texts(std::initializer_list<std::string_view> texts);
    std::span<std::byte> room();
    Result end_block(std::size_t block_octets);
    void end_with_whole_block(std::size_t written);
    void write_last(std::size_t block_octets);

    FileDescriptor file_;
    std::unique_ptr<Buffer> buffer_;  ///< its first used_ octets are not flushed yet
    std::size_t used_ = 0;
    std::uint64_t flushed_octets_ = 0;
    std::uint32_t interfaces_ = 0;
    std::map<std::uint32_t, std::uint64_t> lost_;  // packets, by interface
    std::optional<CaptureError> failure_;
};

}  // namespace waybill
