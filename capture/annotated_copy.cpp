#include "capture/annotated_copy.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/text.h"
#include "capture/reader/fields.h"
#include "capture/reader/octet_window.h"
#include "capture/reader/pcapng_blocks.h"
#include "capture/reader/pcapng_reader.h"
#include "capture/reader/record_stream.h"
#include "capture/reader/timestamp_units.h"

namespace waybill {
namespace {

using pcapng::BlockType;
using pcapng::Option;

constexpr std::size_t type_and_length_octets = 8;
constexpr std::size_t section_fields_octets = 16;                // magic, version, section length (4.1)
constexpr std::size_t interface_fields_octets = 8;               // link type, reserved, snap length (4.2)
constexpr std::size_t packet_fields_octets = 20;                 // interface, time, captured and original length (4.3)
constexpr std::size_t statistics_fields_octets = 12;             // interface, time (4.6)
constexpr std::size_t max_block_octets = 2 * max_packet_octets;  // a packet, and its options
constexpr std::size_t max_interfaces = 65'536;                   // far more than any recording has
constexpr std::size_t max_option_octets = std::numeric_limits<std::uint16_t>::max();  // 3.5

struct Interface {
    LinkType link_type = LinkType::null;
    TimestampUnits units;
};

/// A block in the making, in the byte order of its section.
class BlockCopy {
public:
    BlockCopy(BlockType type, std::endian order) : order_{order}
    {
        integer(std::to_underlying(type));
        integer(std::uint32_t{0});  // the length, known at the end
    }

    template <typename Integer>
    void integer(Integer value)
    {
        const Integer ordered = order_ == std::endian::native ? value : std::byteswap(value);
        const auto run = std::as_bytes(std::span{&ordered, 1});
        octets_.insert(octets_.end(), run.begin(), run.end());
    }
    void octets(Bytes run) { octets_.insert(octets_.end(), run.begin(), run.end()); }
    void pad() { octets_.resize((octets_.size() + 3) & ~std::size_t{3}); }
    void option(Option code, Bytes value)
    {
        value = value.first(std::min(value.size(), max_option_octets));
        integer(std::to_underlying(code));
        integer(static_cast<std::uint16_t>(value.size()));
        octets(value);
        pad();
    }
    /// Ends the block, of which no option comes any more.
    Bytes finish()
    {
        integer(std::uint32_t{0});  // opt_endofopt
        const auto length = static_cast<std::uint32_t>(octets_.size() + sizeof(std::uint32_t));
        integer(length);
        std::ranges::copy(Bytes{octets_}.last(sizeof length), std::next(octets_.begin(), sizeof length));
        return octets_;
    }

private:
    std::endian order_;
    std::vector<std::byte> octets_;
};

/// Whether an option of a block is a text, which may be shown.
bool is_text(BlockType type, Option code)
{
    if (code == Option::comment)
        return true;
    if (type == BlockType::section_header)
        return code == Option::shb_hardware || code == Option::shb_os || code == Option::shb_user_application;
    return type == BlockType::interface_description && (code == Option::if_name || code == Option::if_description ||
                                                        code == Option::if_os || code == Option::if_hardware);
}

bool is_custom(Option code)
{
    return code == Option::custom_text || code == Option::custom_octets || code == Option::custom_text_uncopied ||
           code == Option::custom_octets_uncopied;
}

class Copier {
public:
    Copier(std::unique_ptr<OctetSource> capture, const PacketRemarks& remarks, const std::function<void(Bytes)>& output)
        : window_{std::move(capture)}, remarks_{remarks}, output_{output}
    {
    }

    std::expected<void, CaptureError> run()
    {
        while (copy_block())  // ends: each turn takes a block
            continue;
        if (window_.failure())
            return std::unexpected(*window_.failure());
        if (!has_section_)
            return std::unexpected(CaptureError{CaptureError::Kind::not_understood,
                                                "is no pcapng file of version 1, which alone can be annotated"});
        return {};
    }

private:
    bool copy_block();
    bool copy_body(BlockType type, Bytes body);
    bool read_order(Bytes block);
    bool is_known_version(Bytes section) const;
    bool read_interface(Bytes body);
    bool copy_packet(Bytes body);
    void copy_options(BlockCopy& copy, BlockType type, Bytes options) const;

    OctetWindow window_;
    const PacketRemarks& remarks_;
    const std::function<void(Bytes)>& output_;
    std::endian order_ = std::endian::little;
    std::vector<Interface> interfaces_;
    std::uint64_t packets_ = 0;
    bool has_section_ = false;
};

/// Whether a block was there, whole and as it should be.
bool Copier::copy_block()
{
    if (!window_.require(pcapng::block_frame_octets))
        return false;
    const auto type = static_cast<BlockType>(Fields{window_.peek(sizeof(std::uint32_t)), order_}.u32());
    if (type == BlockType::section_header ? !read_order(window_.peek(pcapng::block_frame_octets)) : !has_section_)
        return false;
    Fields frame{window_.peek(type_and_length_octets), order_};
    frame.u32();
    const std::uint32_t octets = frame.u32();
    if (octets < pcapng::block_frame_octets || octets % 4 != 0 || octets > max_block_octets || !window_.require(octets))
        return false;
    const Bytes block = window_.peek(octets);
    const bool is_good = copy_body(type, block.subspan(type_and_length_octets, octets - pcapng::block_frame_octets));
    window_.consume(octets);
    return is_good;
}

bool Copier::read_order(Bytes block)
{
    if (!PcapngReader::recognises(block))
        return false;
    const bool is_big =
        Fields{block.subspan(type_and_length_octets), std::endian::big}.u32() == pcapng::byte_order_magic;
    order_ = is_big ? std::endian::big : std::endian::little;
    interfaces_.clear();
    return true;
}

bool Copier::is_known_version(Bytes section) const
{
    Fields fields{section, order_};
    fields.u32();
    const std::uint16_t major = fields.u16();
    const std::uint16_t minor = fields.u16();
    return major == 1 && (minor == 0 || minor == 2);  // 1.2 is what some writers call 1.0
}

bool Copier::copy_body(BlockType type, Bytes body)
{
    std::size_t fields = 0;
    switch (type) {
        case BlockType::enhanced_packet:
            return copy_packet(body);
        case BlockType::section_header:
            fields = section_fields_octets;
            break;
        case BlockType::interface_description:
            if (!read_interface(body))
                return false;
            fields = interface_fields_octets;
            break;
        case BlockType::interface_statistics:
            fields = statistics_fields_octets;
            break;
        default:
            return true;  // left out
    }
    if (body.size() < fields || (type == BlockType::section_header && !is_known_version(body)))
        return false;
    BlockCopy copy{type, order_};
    if (type == BlockType::section_header) {
        has_section_ = true;
        copy.octets(body.first(sizeof(std::uint64_t)));
        copy.integer(std::numeric_limits<std::uint64_t>::max());  // the copy's length is not told
    } else {
        copy.octets(body.first(fields));
    }
    copy_options(copy, type, body.subspan(fields));
    output_(copy.finish());
    return true;
}

bool Copier::read_interface(Bytes body)
{
    Fields fields{body, order_};
    Interface interface;
    interface.link_type = static_cast<LinkType>(fields.u16());
    fields.bytes(interface_fields_octets - sizeof(std::uint16_t));
    std::optional<std::uint8_t> resolution;
    std::int64_t offset = 0;
    while (fields.remaining() >= pcapng::option_header_octets) {  // ends: each turn takes an option
        const auto code = static_cast<Option>(fields.u16());
        const std::uint16_t length = fields.u16();
        const Bytes value = fields.bytes(length);
        fields.padding(length);
        if (code == Option::end_of_options)
            break;
        if (code == Option::if_tsresol && length == 1)
            resolution = Fields{value, order_}.u8();
        if (code == Option::if_tsoffset && length == sizeof(std::int64_t))
            offset = static_cast<std::int64_t>(Fields{value, order_}.u64());
    }
    interface.units = resolution ? TimestampUnits{*resolution, offset} : TimestampUnits{6, offset};
    if (interfaces_.size() < max_interfaces)
        interfaces_.push_back(interface);
    return true;
}

bool Copier::copy_packet(Bytes body)
{
    Fields fields{body, order_};
    const std::uint32_t interface = fields.u32();
    const std::uint64_t upper = fields.u32();
    const std::uint64_t units = upper << 32U | fields.u32();
    const std::uint32_t captured = fields.u32();
    const std::uint32_t wire = fields.u32();
    const Bytes octets = fields.bytes(captured);
    if (fields.failed() || interface >= interfaces_.size() || captured > max_packet_octets)
        return false;
    fields.padding(captured);
    Packet packet;
    packet.time = interfaces_[interface].units.time(units).time;
    packet.octets = octets;
    packet.wire_length = wire;
    packet.number = ++packets_;
    packet.link_type = interfaces_[interface].link_type;
    const PacketRemark remark = remarks_(packet);
    BlockCopy copy{BlockType::enhanced_packet, order_};
    copy.octets(body.first(packet_fields_octets));
    copy.octets(octets);
    copy.pad();
    copy_options(copy, BlockType::enhanced_packet, fields.rest());
    if (!remark.comment.empty())
        copy.option(Option::comment, as_octets(printable(remark.comment)));
    if (remark.pid != 0) {
        const std::uint32_t thread_not_known = 0;
        const std::array numbers{order_ == std::endian::native ? remark.pid : std::byteswap(remark.pid),
                                 thread_not_known};
        copy.option(Option::epb_processid_threadid, std::as_bytes(std::span{numbers}));
    }
    output_(copy.finish());
    return true;
}

void Copier::copy_options(BlockCopy& copy, BlockType type, Bytes options) const
{
    Fields fields{options, order_};
    while (fields.remaining() >= pcapng::option_header_octets) {  // ends: each turn takes an option
        const auto code = static_cast<Option>(fields.u16());
        const std::uint16_t length = fields.u16();
        const Bytes value = fields.bytes(length);
        if (fields.failed() || code == Option::end_of_options)
            return;
        fields.padding(length);
        const bool says_whose = type == BlockType::enhanced_packet && code == Option::epb_processid_threadid;
        if (is_custom(code) || says_whose)  // ours is the one that counts
            continue;
        if (is_text(type, code))
            copy.option(code, as_octets(printable(as_text(value))));
        else
            copy.option(code, value);
    }
}

}  // namespace

std::expected<void, CaptureError> copy_annotated(std::unique_ptr<OctetSource> capture, const PacketRemarks& remarks,
                                                 const std::function<void(Bytes)>& output)
{
    return Copier{std::move(capture), remarks, output}.run();
}

}  // namespace waybill
