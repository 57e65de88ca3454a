#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "model/packet.h"

namespace waybill {

/// Why packets could not be read, filtered or written.
struct CaptureError {
    enum class Kind : std::uint8_t {
        unreadable,      ///< the operating system refuses the input
        not_understood,  ///< no capture format that is read here
        torn,            ///< the input ends too early
        damaged,         ///< the input is of a known format, but broken
        bad_filter,      ///< a filter expression that libpcap refuses
        unwritable,      ///< the operating system refuses the output, or a value has no form in the output's format
    };

    Kind kind{};
    std::string message;  ///< what, where and what to do

    friend bool operator==(const CaptureError&, const CaptureError&) = default;
};

/// A place where a file could not be read as it should: told, never fatal.
struct SourceDamage {
    std::size_t file = 0;      ///< index of the input
    std::uint64_t offset = 0;  ///< octets from the start of the file, after decompression
    std::string what;

    friend bool operator==(const SourceDamage&, const SourceDamage&) = default;
};

/// What a source met beside packets. Every count becomes a gap or a remark of the report.
struct SourceNotes {
    static constexpr std::size_t max_damages = 16;  ///< damages told in words; all are counted

    std::uint64_t torn_files = 0;       ///< inputs that end inside a record
    std::uint64_t torn_octets = 0;      ///< octets of those last, unfinished records
    std::uint64_t damaged_files = 0;    ///< inputs that were not read on after a record that cannot be right
    std::uint64_t damaged_records = 0;  ///< records that were left out; reading went on behind them
    std::uint64_t damaged_options =
        0;  ///< pcapng option lists that overrun their block; the rest of the block was used
    std::uint64_t interface_drops = 0;    ///< packets that interfaces dropped (pcapng isb_ifdrop, snoop's drops)
    std::uint64_t system_drops = 0;       ///< packets that the operating system dropped (pcapng isb_osdrop)
    std::uint64_t packet_drops = 0;       ///< packets told lost before another one (pcapng epb_dropcount, Packet Block)
    std::uint64_t unknown_blocks = 0;     ///< pcapng blocks of other types, custom ones included: skipped
    std::uint64_t name_blocks = 0;        ///< pcapng Name Resolution Blocks: skipped, they are somebody's claim
    std::uint64_t secrets_blocks = 0;     ///< pcapng Decryption Secrets Blocks: skipped, nothing is ever decrypted
    std::uint64_t clamped_times = 0;      ///< times beyond the years 1677 to 2262, set to the nearest of them
    std::uint64_t invalid_fractions = 0;  ///< times whose fraction is a second or more
    std::uint64_t filtered_packets = 0;   ///< packets that the filter left out
    std::vector<SourceDamage> damages;    ///< the first max_damages damages in words

    /// Adds the counts of another source; sums stop at the largest number.
    void add(const SourceNotes& other);
    /// Keeps a damage in words while there is room.
    void tell(SourceDamage damage);
    /// Whether packets are known to be missing: something torn, damaged or dropped (but not filtered).
    bool input_lost() const;

    friend bool operator==(const SourceNotes&, const SourceNotes&) = default;
};

/// A packet, borrowed until the source's next next(); null at the end; or an error.
using NextPacket = std::expected<const Packet*, CaptureError>;

/// Packets that follow each other in one input, borrowed until the source's next call; none at the end; or an error.
using NextPackets = std::expected<std::span<const Packet>, CaptureError>;

/// Gives packets in file or arrival order. The octets of a Packet live until the next call.
class PacketSource {
public:
    PacketSource() = default;
    PacketSource(const PacketSource&) = delete;
    PacketSource(PacketSource&&) = delete;
    PacketSource& operator=(const PacketSource&) = delete;
    PacketSource& operator=(PacketSource&&) = delete;
    virtual ~PacketSource() = default;

    /// The next packet, null at the end. After an error the source is at its end.
    virtual NextPacket next() = 0;
    /// The next packets that lie ready together, for who wants to look ahead: as many as the source likes to give.
    virtual NextPackets next_packets()
    {
        NextPacket packet = next();
        if (!packet)
            return std::unexpected(std::move(packet).error());
        return *packet == nullptr ? std::span<const Packet>{} : std::span{*packet, 1};
    }
    /// What was met so far beside packets; complete at the end.
    virtual SourceNotes notes() const { return {}; }
    /// Index of the input that the last packet came from.
    virtual std::size_t current_file() const { return 0; }
};

}  // namespace waybill
