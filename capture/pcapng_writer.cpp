#include "capture/pcapng_writer.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <concepts>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <span>
#include <system_error>

#include "capture/reader/pcapng_blocks.h"
#include "capture/reader/record_stream.h"

namespace waybill {

namespace {

using pcapng::BlockType;
using pcapng::Option;

constexpr std::size_t flush_octets = 256UL * 1024;
constexpr std::size_t max_option_octets = std::numeric_limits<std::uint16_t>::max();  // 3.5: the length has 16 bits
/// No block is longer: fields, the largest packet, and as many texts as a section header has.
constexpr std::size_t max_block_octets = max_packet_octets + 4 * (max_option_octets + 1);
constexpr std::uint8_t nanoseconds_resolution = 9;  // if_tsresol: 10^-9 s

template <std::unsigned_integral Integer>
std::array<std::byte, sizeof(Integer)> little_endian(Integer value)
{
    return std::bit_cast<std::array<std::byte, sizeof(Integer)>>(
        std::endian::native == std::endian::little ? value : std::byteswap(value));
}

/// One block at the beginning of `room`, which is longer than any block: its fields in the draft's order, then
/// finish().
class BlockWriter {
public:
    BlockWriter(std::span<std::byte> room, BlockType type) : room_{room}
    {
        integer(std::to_underlying(type));
        integer(std::uint32_t{0});  // the length, known at the end
    }

    template <std::unsigned_integral Integer>
    void integer(Integer value)
    {
        octets(little_endian(value));
    }
    /// 64 bits as the draft's times have them: the upper half first.
    void time(Timestamp time)
    {
        const auto nanoseconds = static_cast<std::uint64_t>(time.time_since_epoch().count());
        integer(static_cast<std::uint32_t>(nanoseconds >> 32U));
        integer(static_cast<std::uint32_t>(nanoseconds));
    }
    void octets(Bytes octets)
    {
        // std::copy, as g++ 12 makes std::ranges::copy of const octets a loop of single ones
        std::copy(octets.begin(), octets.end(), room_.subspan(used_, octets.size()).begin());
        used_ += octets.size();
    }
    void padded(Bytes run)
    {
        constexpr std::array<std::byte, 3> padding{};
        octets(run);
        octets(Bytes{padding}.first((0 - run.size()) % 4));
    }
    void option(Option code, Bytes value)
    {
        integer(std::to_underlying(code));
        integer(static_cast<std::uint16_t>(value.size()));
        padded(value);
        has_options_ = true;
    }
    void text_option(Option code, std::string_view text)
    {
        if (!text.empty())
            option(code, as_octets(text));
    }
    template <std::unsigned_integral Integer>
    void integer_option(Option code, std::optional<Integer> value)
    {
        if (value)
            option(code, little_endian(*value));
    }
    void time_option(Option code, std::optional<Timestamp> moment)
    {
        if (!moment)
            return;
        integer(std::to_underlying(code));
        integer(std::uint16_t{sizeof(std::uint64_t)});
        time(*moment);
        has_options_ = true;
    }
    /// Ends the block and gives its length.
    std::size_t finish()
    {
        if (has_options_)
            integer(std::uint32_t{0});  // opt_endofopt
        const auto length = static_cast<std::uint32_t>(used_ + sizeof(std::uint32_t));
        integer(length);
        std::ranges::copy(little_endian(length), room_.subspan(sizeof(std::uint32_t)).begin());
        return used_;
    }

private:
    std::span<std::byte> room_;
    std::size_t used_ = 0;
    bool has_options_ = false;
};

CaptureError bad_value(std::string message)
{
    return {CaptureError::Kind::unwritable, std::move(message)};
}

bool before_1970(std::optional<Timestamp> time)
{
    return time && time->time_since_epoch().count() < 0;
}

}  // namespace

/// Not set to anything: what few packets leave untouched takes no memory.
struct PcapngWriter::Buffer {
    std::array<std::byte, flush_octets + max_block_octets> octets;
};

PcapngWriter::PcapngWriter(FileDescriptor file)
    : file_{std::move(file)}, buffer_{std::make_unique_for_overwrite<Buffer>()}
{
}
PcapngWriter::PcapngWriter(PcapngWriter&&) noexcept = default;
PcapngWriter& PcapngWriter::operator=(PcapngWriter&&) noexcept = default;
PcapngWriter::~PcapngWriter() = default;

std::expected<PcapngWriter, CaptureError> PcapngWriter::create(FileDescriptor file, const PcapngSection& section)
{
    PcapngWriter writer{std::move(file)};
    if (auto written = writer.write_section(section); !written)
        return std::unexpected(std::move(written).error());
    if (auto flushed = writer.flush(); !flushed)
        return std::unexpected(std::move(flushed).error());
    return writer;
}

PcapngWriter::Result PcapngWriter::write_section(const PcapngSection& section)  // 4.1
{
    constexpr std::uint64_t length_not_told = std::numeric_limits<std::uint64_t>::max();
    if (auto good = check_texts({section.hardware, section.operating_system, section.user_application}); !good)
        return good;
    BlockWriter block{room(), BlockType::section_header};
    block.integer(pcapng::byte_order_magic);
    block.integer(std::uint16_t{1});
    block.integer(std::uint16_t{0});
    block.integer(length_not_told);
    block.text_option(Option::shb_hardware, section.hardware);
    block.text_option(Option::shb_os, section.operating_system);
    block.text_option(Option::shb_user_application, section.user_application);
    return end_block(block.finish());
}

std::expected<PcapngInterfaceId, CaptureError> PcapngWriter::add_interface(const PcapngInterface& interface)  // 4.2
{
    if (auto good = check_texts({interface.name}); !good)
        return std::unexpected(std::move(good).error());
    BlockWriter block{room(), BlockType::interface_description};
    block.integer(std::to_underlying(interface.link_type));
    block.integer(std::uint16_t{0});
    block.integer(interface.snaplen);
    block.text_option(Option::if_name, interface.name);
    block.integer_option(Option::if_tsresol, std::optional{nanoseconds_resolution});
    if (auto ended = end_block(block.finish()); !ended)
        return std::unexpected(std::move(ended).error());
    return PcapngInterfaceId{interfaces_++};
}

PcapngWriter::Result PcapngWriter::write_packet(PcapngInterfaceId interface, const Packet& packet,
                                                PacketDirection direction)  // 4.3
{
    if (auto good = check_interface(interface); !good)
        return good;
    if (auto good = check_texts({packet.comment}); !good)
        return good;
    if (packet.octets.size() > max_packet_octets)
        return std::unexpected(bad_value(fmt::format("a packet of {} octets, more than {}, can't be written",
                                                     packet.octets.size(), max_packet_octets)));
    if (before_1970(packet.time))
        return std::unexpected(bad_value("a packet from before 1970 can't be written"));
    BlockWriter block{room(), BlockType::enhanced_packet};
    block.integer(std::to_underlying(interface));
    block.time(packet.time);
    block.integer(static_cast<std::uint32_t>(packet.octets.size()));
    block.integer(packet.wire_length);
    block.padded(packet.octets);
    block.text_option(Option::comment, packet.comment);
    if (direction != PacketDirection::unknown)
        block.integer_option(Option::epb_flags, std::optional{std::uint32_t{std::to_underlying(direction)}});
    return end_block(block.finish());
}

PcapngWriter::Result PcapngWriter::write_statistics(PcapngInterfaceId interface,
                                                    const PcapngStatistics& statistics)  // 4.6
{
    if (auto good = check_interface(interface); !good)
        return good;
    if (before_1970(statistics.time) || before_1970(statistics.start) || before_1970(statistics.end))
        return std::unexpected(bad_value("statistics from before 1970 can't be written"));
    BlockWriter block{room(), BlockType::interface_statistics};
    block.integer(std::to_underlying(interface));
    block.time(statistics.time);
    block.time_option(Option::isb_starttime, statistics.start);
    block.time_option(Option::isb_endtime, statistics.end);
    block.integer_option(Option::isb_ifrecv, statistics.received);
    block.integer_option(Option::isb_ifdrop, statistics.interface_drops);
    block.integer_option(Option::isb_osdrop, statistics.system_drops);
    if (!failure_)
        return end_block(block.finish());
    write_last(block.finish());
    return std::unexpected(*failure_);
}

PcapngWriter::Result PcapngWriter::check_interface(PcapngInterfaceId interface) const
{
    if (std::to_underlying(interface) < interfaces_)
        return {};
    return std::unexpected(bad_value(fmt::format("interface {} is unknown: there are {}; add it first",
                                                 std::to_underlying(interface), interfaces_)));
}

PcapngWriter::Result PcapngWriter::check_texts(std::initializer_list<std::string_view> texts)
{
    for (const std::string_view text : texts)
        if (text.size() > max_option_octets)
            return std::unexpected(bad_value(
                fmt::format("a text of {} octets, more than {}, can't be written", text.size(), max_option_octets)));
    return {};
}

std::span<std::byte> PcapngWriter::room()
{
    return std::span{buffer_->octets}.subspan(used_);
}

PcapngWriter::Result PcapngWriter::end_block(std::size_t block_octets)
{
    used_ += block_octets;
    if (used_ >= flush_octets || failure_)
        return flush();
    return {};
}

PcapngWriter::Result PcapngWriter::flush()
{
    Bytes rest = Bytes{buffer_->octets}.first(used_);
    while (!rest.empty() && !failure_) {  // ends: each write takes octets, is interrupted only so often, or fails
        const ssize_t count = ::write(file_.get(), rest.data(), rest.size());
        if (count > 0)
            rest = rest.subspan(static_cast<std::size_t>(count));
        else if (count == 0 || errno != EINTR)
            failure_ =
                CaptureError{CaptureError::Kind::unwritable,
                             "packets can't be written: " + std::generic_category().message(count == 0 ? EIO : errno)};
    }
    if (rest.empty())
        flushed_octets_ += used_;
    else
        end_with_whole_block(used_ - rest.size());
    used_ = 0;
    if (failure_)
        return std::unexpected(*failure_);
    return {};
}

/// What is in the buffer begins and ends with whole blocks, of which `written` octets are in the file.
void PcapngWriter::end_with_whole_block(std::size_t written)
{
    constexpr std::size_t room_for_statistics = 512;
    const Bytes blocks = Bytes{buffer_->octets}.first(used_);
    const auto integer_at = [&](std::size_t place) {
        std::uint32_t value = 0;
        std::memcpy(&value, blocks.subspan(place, sizeof value).data(), sizeof value);
        return value;
    };
    std::size_t kept = 0;
    for (std::size_t at = 0; at < blocks.size();) {  // each turn goes on by a block
        const std::size_t end = at + integer_at(at + sizeof(std::uint32_t));
        if (end + room_for_statistics <= written)
            kept = end;
        else if (integer_at(at) == std::to_underlying(BlockType::enhanced_packet))
            ++lost_[integer_at(at + 2 * sizeof(std::uint32_t))];
        at = end;
    }
    flushed_octets_ += kept;
    const auto end = static_cast<off_t>(flushed_octets_);
    if (::ftruncate(file_.get(), end) == 0)  // a pipe has nothing to be cut
        ::lseek(file_.get(), end, SEEK_SET);
}

/// A block in what room there is left.
void PcapngWriter::write_last(std::size_t block_octets)
{
    const ssize_t count = ::write(file_.get(), buffer_->octets.data(), block_octets);
    if (count == static_cast<ssize_t>(block_octets)) {
        flushed_octets_ += block_octets;
        return;
    }
    const auto end = static_cast<off_t>(flushed_octets_);
    if (count > 0 && ::ftruncate(file_.get(), end) == 0)
        ::lseek(file_.get(), end, SEEK_SET);
}

std::uint64_t PcapngWriter::lost(PcapngInterfaceId interface) const
{
    const auto found = lost_.find(std::to_underlying(interface));
    return found == lost_.end() ? 0 : found->second;
}

}  // namespace waybill
