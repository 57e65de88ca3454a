#include "capture/reader/pcap_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace waybill {

namespace {

/// One kind of pcap file, told by its first four octets.
struct Variant {
    std::uint32_t magic;
    std::size_t file_header_octets;
    std::size_t record_header_octets;
    std::uint64_t fraction_nanoseconds;
};

constexpr std::array variants{
    Variant{0xa1b2c3d4, 24, 16, 1000},  // draft-ietf-opsawg-pcap: microseconds
    Variant{0xa1b23c4d, 24, 16, 1},     // draft-ietf-opsawg-pcap: nanoseconds
    Variant{0xa1b2cd34, 24, 24, 1000},  // Kuznetzov's libpcap: interface, protocol and packet type in each record
    Variant{0x1c0001ac, 28, 16, 1},     // IXIA hardware capture: the size of all records behind the file header
    Variant{0x1c0001ab, 28, 16, 1000},  // IXIA software capture
};
constexpr std::size_t magic_octets = 4;
constexpr std::size_t record_fields_octets = 16;  // what the records of all variants begin with
constexpr std::uint64_t second = 1'000'000'000;

struct Recognised {
    Variant variant;
    std::endian order;
};

std::optional<Recognised> recognise(Bytes beginning)
{
    for (const std::endian order : {std::endian::little, std::endian::big}) {
        const std::uint32_t magic = Fields{beginning, order}.u32();
        const auto* const found = std::ranges::find(variants, magic, &Variant::magic);
        if (found != variants.end())
            return Recognised{*found, order};
    }
    return std::nullopt;
}

}  // namespace

bool PcapReader::recognises(Bytes beginning)
{
    return recognise(beginning).has_value();
}

std::expected<void, CaptureError> PcapReader::read_version(Fields& header, Layout& layout)
{
    const std::uint16_t major = header.u16();
    const std::uint16_t minor = header.u16();
    if (major != 2 || minor > 4)
        return std::unexpected(
            CaptureError{CaptureError::Kind::not_understood,
                         fmt::format("is a pcap file of version {}.{}; versions 2.0 to 2.4 are read", major, minor)});
    if (minor < 3)
        layout.length_order = LengthOrder::wire_first;
    else if (minor == 3)
        layout.length_order = LengthOrder::by_size;
    return {};
}

std::expected<PcapReader::Layout, CaptureError> PcapReader::read_layout(OctetWindow& window)
{
    const auto recognised = window.require(magic_octets) ? recognise(window.peek(magic_octets)) : std::nullopt;
    if (!recognised)
        return std::unexpected(CaptureError{CaptureError::Kind::not_understood, "is not a pcap file"});
    if (!window.require(recognised->variant.file_header_octets))
        return std::unexpected(header_error(window, "a pcap file"));
    Layout layout{.order = recognised->order,
                  .record_header_octets = recognised->variant.record_header_octets,
                  .fraction_nanoseconds = recognised->variant.fraction_nanoseconds};
    Fields header{window.peek(recognised->variant.file_header_octets), layout.order};
    header.bytes(magic_octets);
    if (const auto version = read_version(header, layout); !version)
        return std::unexpected(version.error());
    header.bytes(12);  // zone and accuracy, which no writer fills in, and the snap length, which some get wrong
    const std::uint32_t link_type = header.u32();
    layout.link_type = static_cast<LinkType>(link_type & 0xffffU);
    constexpr std::uint32_t fcs_length_present = 0x04000000;
    if ((link_type & fcs_length_present) != 0)
        layout.fcs_length = static_cast<std::uint8_t>(link_type >> 28U << 1U);  // told in units of 16 bits
    window.consume(recognised->variant.file_header_octets);
    return layout;
}

std::expected<std::unique_ptr<PcapReader>, CaptureError> PcapReader::open(OctetWindow window)
{
    const auto layout = read_layout(window);
    if (!layout)
        return std::unexpected(layout.error());
    return std::unique_ptr<PcapReader>{new PcapReader{std::move(window), *layout}};
}

Timestamp PcapReader::time(std::uint32_t seconds, std::uint32_t fraction)
{
    std::uint64_t nanoseconds = fraction * layout_.fraction_nanoseconds;
    if (nanoseconds >= second) [[unlikely]] {
        ++stream_.notes.invalid_fractions;
        if (nanoseconds >= 2 * second)
            nanoseconds = 0;  // a writer may carry late by one second; more says nothing about the time
    }
    return Timestamp{std::chrono::nanoseconds{static_cast<std::int64_t>(seconds * second + nanoseconds)}};
}

/// What a record begins with, in all variants.
PcapReader::RecordFields PcapReader::fields(Bytes record) const
{
    std::array<std::uint32_t, 4> words{};
    std::memcpy(words.data(), record.first<record_fields_octets>().data(), sizeof(words));
    if (layout_.order != std::endian::native) [[unlikely]]
        std::ranges::transform(words, words.begin(), [](std::uint32_t word) { return std::byteswap(word); });
    RecordFields fields{words[0], words[1], words[2], words[3]};
    if (layout_.length_order != LengthOrder::captured_first) [[unlikely]]
        if (layout_.length_order == LengthOrder::wire_first || fields.captured_length > fields.wire_length)
            std::swap(fields.captured_length, fields.wire_length);
    return fields;
}

/// A packet of these octets, the next one of the file.
void PcapReader::take(Bytes octets, const RecordFields& fields, Packet& packet)
{
    packet.time = time(fields.seconds, fields.fraction);
    packet.octets = octets;
    packet.wire_length = std::max(fields.wire_length, fields.captured_length);
    packet.number = ++stream_.packets;
}

NextPacket PcapReader::next()
{
    OctetWindow& window = stream_.window;
    if (!window.require(layout_.record_header_octets)) [[unlikely]]
        return stream_.end();
    const RecordFields record = fields(window.available());
    if (record.captured_length > max_packet_octets) [[unlikely]]
        return stream_.stop(
            fmt::format("a packet of {} octets, more than {}", record.captured_length, max_packet_octets));
    const std::size_t octets = layout_.record_header_octets + record.captured_length;
    if (!window.require(octets)) [[unlikely]]
        return stream_.end();
    take(window.peek(octets).subspan(layout_.record_header_octets), record, stream_.packet);
    window.consume(octets);
    return &stream_.packet;
}

/// Takes the record off the front of `ready`. False where it does not lie there as a whole, or cannot be right: next()
/// knows what to say.
bool PcapReader::read_ready(Bytes& ready, Packet& packet)
{
    // It is never less than the fields, which the compiler does not know: so it need not check for them again.
    const std::size_t header_octets = std::max(layout_.record_header_octets, record_fields_octets);
    if (ready.size() < header_octets)
        return false;
    const RecordFields record = fields(ready);
    const Bytes behind_header = ready.subspan(header_octets);
    if (record.captured_length > max_packet_octets || record.captured_length > behind_header.size())
        return false;
    take(behind_header.first(record.captured_length), record, packet);
    ready = behind_header.subspan(record.captured_length);
    return true;
}

NextPackets PcapReader::next_packets()
{
    const Bytes available = stream_.window.available();
    Bytes ready = available;
    std::size_t count = 0;
    while (count < ready_.size() && read_ready(ready, ready_[count]))  // ends with the array
        ++count;
    if (count == 0) [[unlikely]]
        return PacketSource::next_packets();
    stream_.window.consume(available.size() - ready.size());
    return std::span<const Packet>{ready_}.first(count);
}

}  // namespace waybill
