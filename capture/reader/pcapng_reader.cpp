#include "capture/reader/pcapng_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace waybill {

namespace {

using pcapng::BlockType;
using pcapng::Option;

/// The largest block that is kept in memory: Wireshark's limit. Blocks that are only passed have none.
constexpr std::uint32_t max_block_octets = 16UL * 1024 * 1024;
/// Interfaces of one section: as many as the obsolete Packet Block can number.
constexpr std::size_t max_interfaces = 65536;
constexpr std::size_t type_and_length_octets = 8;
constexpr std::size_t section_header_octets = 28;  // 4.1, without options
constexpr std::size_t enhanced_packet_octets = 20;

bool is_read(BlockType type)
{
    using enum BlockType;
    return type == enhanced_packet || type == simple_packet || type == packet || type == interface_description ||
           type == interface_statistics;
}

/// if_fcslen is told in bits, but the draft's own example, and writers, count octets (4.2).
std::uint8_t fcs_octets(std::uint8_t told)
{
    return told >= 8 ? static_cast<std::uint8_t>(told / 8) : told;
}

}  // namespace

bool PcapngReader::recognises(Bytes beginning)
{
    constexpr std::size_t magic_end = 12;
    if (beginning.size() < magic_end)
        return false;
    for (const std::endian order : {std::endian::little, std::endian::big}) {
        Fields block{beginning, order};
        const std::uint32_t type = block.u32();
        block.bytes(4);
        if (type == std::to_underlying(BlockType::section_header) && block.u32() == pcapng::byte_order_magic)
            return true;
    }
    return false;
}

std::expected<std::unique_ptr<PcapngReader>, CaptureError> PcapngReader::open(OctetWindow window)
{
    std::unique_ptr<PcapngReader> reader{new PcapngReader{std::move(window)}};
    switch (reader->read_section_header()) {
        case Block::passed:
            return reader;
        case Block::unfinished:
            return std::unexpected(header_error(reader->stream_.window, "a pcapng file"));
        default:
            return std::unexpected(CaptureError{CaptureError::Kind::not_understood, "has " + reader->what_broke_});
    }
}

NextPacket PcapngReader::next()
{
    stream_.packet = {};
    Block block = Block::passed;
    while (block == Block::passed)  // ends: each block that is passed is a block less of the input
        block = read_block(stream_.packet);
    if (block == Block::packet) [[likely]]
        return stream_.give();
    return block == Block::broken ? stream_.stop(what_broke_) : stream_.end(std::exchange(passed_octets_, 0));
}

PcapngReader::Block PcapngReader::read_block(Packet& packet)
{
    OctetWindow& window = stream_.window;
    if (!window.require(pcapng::block_frame_octets))
        return Block::unfinished;
    Fields frame{window.peek(type_and_length_octets), order_};
    const auto type = static_cast<BlockType>(frame.u32());
    if (type == BlockType::section_header)
        return read_section_header();
    const std::uint32_t told_octets = frame.u32();
    if (told_octets < pcapng::block_frame_octets) [[unlikely]]
        return broken(fmt::format("a block of {} octets", told_octets));
    if (!is_read(type))
        return pass_block(type, told_octets);
    if (told_octets > max_block_octets) [[unlikely]]
        return broken(fmt::format("a block of {} octets, more than {}", told_octets, max_block_octets));
    const std::uint32_t block_octets = (told_octets + 3U) & ~3U;  // some writers leave the padding out of the length
    if (!window.require(block_octets)) [[unlikely]]
        return Block::unfinished;
    const Bytes block = window.peek(block_octets);
    const std::uint32_t trailing_octets = Fields{block.last(4), order_}.u32();
    if (trailing_octets != told_octets && trailing_octets != block_octets) [[unlikely]]
        return broken(fmt::format("a block of {} octets that ends as one of {}", told_octets, trailing_octets));
    const Bytes body = block.subspan(type_and_length_octets, block_octets - pcapng::block_frame_octets);
    const bool whole = read_body(type, body, packet);
    if (!whole) [[unlikely]] {
        ++stream_.notes.damaged_records;
        stream_.notes.tell(
            {0, window.position(),
             fmt::format("a block of type {} with values that cannot be right", std::to_underlying(type))});
    }
    window.consume(block_octets);
    const bool is_packet = type != BlockType::interface_description && type != BlockType::interface_statistics;
    return whole && is_packet ? Block::packet : Block::passed;
}

PcapngReader::Block PcapngReader::pass_block(BlockType type, std::uint32_t told_octets)
{
    if (pass((told_octets + std::uint64_t{3}) & ~std::uint64_t{3}) == Block::unfinished)
        return Block::unfinished;
    if (type == BlockType::name_resolution)
        ++stream_.notes.name_blocks;
    else if (type == BlockType::decryption_secrets)
        ++stream_.notes.secrets_blocks;
    else
        ++stream_.notes.unknown_blocks;
    return Block::passed;
}

PcapngReader::Block PcapngReader::pass(std::uint64_t octets)
{
    const std::uint64_t start = stream_.window.position();
    if (stream_.window.skip(octets))
        return Block::passed;
    passed_octets_ = stream_.window.position() - start;
    return Block::unfinished;
}

PcapngReader::Block PcapngReader::read_section_header()
{
    OctetWindow& window = stream_.window;
    if (!window.require(section_header_octets))
        return Block::unfinished;
    const Bytes beginning = window.peek(section_header_octets);
    if (!recognises(beginning))
        return broken("a section header without byte-order magic");
    const bool big =
        Fields{beginning.subspan(type_and_length_octets), std::endian::big}.u32() == pcapng::byte_order_magic;
    order_ = big ? std::endian::big : std::endian::little;
    Fields header{beginning.subspan(4), order_};
    const std::uint32_t block_octets = header.u32();
    header.bytes(4);
    const std::uint16_t major = header.u16();
    const std::uint16_t minor = header.u16();
    if (major != 1 || (minor != 0 && minor != 2))  // 1.2 is what some writers call 1.0
        return broken(fmt::format("a pcapng section of version {}.{}; version 1.0 is read", major, minor));
    if (block_octets < section_header_octets || block_octets % 4 != 0)
        return broken(fmt::format("a section header of {} octets", block_octets));
    SourceNotes section;
    note_interfaces(section);
    stream_.notes.add(section);
    interfaces_.clear();
    return pass(block_octets);
}

bool PcapngReader::read_body(BlockType type, Bytes body, Packet& packet)
{
    switch (type) {
        case BlockType::enhanced_packet:
            return read_enhanced_packet(body, packet);
        case BlockType::simple_packet:
            return read_simple_packet(body, packet);
        case BlockType::packet:
            return read_packet(body, packet);
        case BlockType::interface_description:
            return read_interface(body);
        default:
            return read_statistics(body);
    }
}

bool PcapngReader::read_enhanced_packet(Bytes body, Packet& packet)  // 4.3
{
    if (body.size() < enhanced_packet_octets)
        return false;
    Fields in{body, order_};
    PacketFields fields{.interface = in.u32()};
    fields.units = std::uint64_t{in.u32()} << 32U;
    fields.units |= in.u32();
    fields.captured_length = in.u32();
    fields.wire_length = in.u32();
    return take_packet(fields, in, packet);
}

bool PcapngReader::read_packet(Bytes body, Packet& packet)  // appendix A
{
    constexpr std::uint16_t unknown_drops = 0xffff;
    if (body.size() < enhanced_packet_octets)
        return false;
    Fields in{body, order_};
    PacketFields fields{.interface = in.u16()};
    const std::uint16_t drops = in.u16();
    fields.units = std::uint64_t{in.u32()} << 32U;
    fields.units |= in.u32();
    fields.captured_length = in.u32();
    fields.wire_length = in.u32();
    if (drops != unknown_drops)
        stream_.notes.packet_drops += drops;
    return take_packet(fields, in, packet);
}

bool PcapngReader::read_simple_packet(Bytes body, Packet& packet)  // 4.4
{
    Fields in{body, order_};
    const std::uint32_t wire_length = in.u32();
    if (in.failed() || interfaces_.empty())
        return false;
    const Interface& interface = interfaces_.front();
    const std::uint32_t captured_length =
        interface.snaplen == 0 ? wire_length : std::min(wire_length, interface.snaplen);
    const Bytes octets = in.bytes(captured_length);
    if (in.failed() || captured_length > max_packet_octets)
        return false;
    packet = Packet{.time = {},
                    .octets = octets,
                    .wire_length = wire_length,
                    .link_type = interface.link_type,
                    .has_time = false,
                    .fcs_length = interface.fcs_length,
                    .comment = {}};
    return true;
}

bool PcapngReader::take_packet(const PacketFields& fields, Fields& rest, Packet& packet)
{
    if (fields.interface >= interfaces_.size() || fields.captured_length > rest.remaining() ||
        fields.captured_length > max_packet_octets) [[unlikely]]
        return false;
    const Interface& interface = interfaces_[fields.interface];
    const CaptureTime time = interface.units.time(fields.units);
    if (time.clamped) [[unlikely]]
        ++stream_.notes.clamped_times;
    packet.time = time.time;
    packet.octets = rest.bytes(fields.captured_length);
    packet.wire_length = std::max(fields.wire_length, fields.captured_length);
    packet.link_type = interface.link_type;
    packet.fcs_length = interface.fcs_length;
    rest.padding(fields.captured_length);
    if (rest.remaining() != 0) [[unlikely]]
        read_packet_options(rest.rest(), packet);
    return true;
}

void PcapngReader::read_packet_options(Bytes options, Packet& packet)
{
    constexpr std::uint32_t fcs_length_shift = 5;  // epb_flags: bits 5 to 8 are the FCS length in octets
    constexpr std::uint32_t fcs_length_mask = 0xf;
    Fields in{options, order_};
    while (const auto option = next_option(in)) {  // ends: each option takes octets from `in`
        Fields value{option->value, order_};
        if (option->code == Option::comment && packet.comment.empty()) {
            packet.comment = as_text(option->value);
        } else if (option->code == Option::epb_flags) {
            const std::uint32_t fcs_length = value.u32() >> fcs_length_shift & fcs_length_mask;
            if (fcs_length != 0)
                packet.fcs_length = static_cast<std::uint8_t>(fcs_length);
        } else if (option->code == Option::epb_dropcount) {
            SourceNotes drops;
            drops.packet_drops = value.u64();
            stream_.notes.add(drops);
        }
    }
}

bool PcapngReader::read_interface(Bytes body)  // 4.2
{
    constexpr std::uint8_t microseconds = 6;  // if_tsresol's default
    Fields in{body, order_};
    Interface interface;
    interface.link_type = static_cast<LinkType>(in.u16());
    in.bytes(2);
    interface.snaplen = in.u32();
    if (in.failed() || interfaces_.size() >= max_interfaces)
        return false;
    std::uint8_t resolution = microseconds;
    std::int64_t offset_seconds = 0;
    while (const auto option = next_option(in)) {  // ends: each option takes octets from `in`
        Fields value{option->value, order_};
        if (option->code == Option::if_tsresol && !option->value.empty())
            resolution = value.u8();
        else if (option->code == Option::if_tsoffset)
            offset_seconds = static_cast<std::int64_t>(value.u64());
        else if (option->code == Option::if_fcslen)
            interface.fcs_length = fcs_octets(value.u8());
    }
    interface.units = TimestampUnits{resolution, offset_seconds};
    interfaces_.push_back(interface);
    return true;
}

bool PcapngReader::read_statistics(Bytes body)  // 4.6: the counts run from the beginning of the capture
{
    Fields in{body, order_};
    const std::uint32_t number = in.u32();
    in.bytes(8);
    if (in.failed() || number >= interfaces_.size())
        return false;
    Interface& interface = interfaces_[number];
    while (const auto option = next_option(in)) {  // ends: each option takes octets from `in`
        Fields value{option->value, order_};
        if (option->code == Option::isb_ifdrop)
            interface.drops = std::max(interface.drops, value.u64());
        else if (option->code == Option::isb_osdrop)
            interface.system_drops = std::max(interface.system_drops, value.u64());
    }
    return true;
}

std::optional<PcapngReader::OptionValue> PcapngReader::next_option(Fields& options)  // 3.5
{
    if (options.remaining() == 0)
        return std::nullopt;
    const auto code = static_cast<Option>(options.u16());
    const std::uint16_t length = options.u16();
    const Bytes value = options.bytes(length);
    if (options.failed()) {
        ++stream_.notes.damaged_options;
        return std::nullopt;
    }
    if (code == Option::end_of_options)
        return std::nullopt;
    options.padding(length);
    return OptionValue{code, value};
}

void PcapngReader::note_interfaces(SourceNotes& notes) const
{
    for (const Interface& interface : interfaces_) {
        SourceNotes drops;
        drops.interface_drops = interface.drops;
        drops.system_drops = interface.system_drops;
        notes.add(drops);
    }
}

SourceNotes PcapngReader::notes() const
{
    SourceNotes notes = stream_.notes;
    note_interfaces(notes);
    return notes;
}

PcapngReader::Block PcapngReader::broken(std::string what)
{
    what_broke_ = std::move(what);
    return Block::broken;
}

}  // namespace waybill
