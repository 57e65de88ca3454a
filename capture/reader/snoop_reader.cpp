#include "capture/reader/snoop_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>
#include <utility>

#include "capture/reader/fields.h"

namespace waybill {

namespace {

// RFC 1761, "File Header" and "Packet Record Format"
constexpr std::string_view identification{"snoop\0\0\0", 8};
constexpr std::uint32_t version = 2;
constexpr std::size_t file_header_octets = 16;
constexpr std::size_t record_header_octets = 24;
constexpr std::size_t max_record_octets = 2 * max_packet_octets;  // padding is for alignment: at most a few octets
constexpr std::uint32_t microseconds_per_second = 1'000'000;

struct Datalink {
    std::uint32_t number;
    LinkType link_type;
};

constexpr std::array datalinks{
    Datalink{0, LinkType::ethernet},  // IEEE 802.3
    Datalink{2, LinkType{6}},         // IEEE 802.5: LINKTYPE_IEEE802_5
    Datalink{4, LinkType::ethernet},  //
    Datalink{8, LinkType{10}},        // FDDI: LINKTYPE_FDDI
};

}  // namespace

bool SnoopReader::recognises(Bytes beginning)
{
    return beginning.size() >= identification.size() &&
           as_text(beginning.first(identification.size())) == identification;
}

std::expected<std::unique_ptr<SnoopReader>, CaptureError> SnoopReader::open(OctetWindow window)
{
    using enum CaptureError::Kind;
    if (!window.require(file_header_octets))
        return std::unexpected(header_error(window, "a snoop file"));
    if (!recognises(window.peek(file_header_octets)))
        return std::unexpected(CaptureError{not_understood, "is not a snoop file"});
    Fields header{window.peek(file_header_octets), std::endian::big};
    header.bytes(identification.size());
    const std::uint32_t file_version = header.u32();
    if (file_version != version)
        return std::unexpected(CaptureError{
            not_understood, fmt::format("is a snoop file of version {}; version {} is read", file_version, version)});
    const std::uint32_t number = header.u32();
    const auto* const datalink = std::ranges::find(datalinks, number, &Datalink::number);
    if (datalink == datalinks.end())
        return std::unexpected(CaptureError{
            not_understood,
            fmt::format("is a snoop file of datalink type {}, which has no link type here; convert it to pcap",
                        number)});
    window.consume(file_header_octets);
    return std::unique_ptr<SnoopReader>{new SnoopReader{std::move(window), datalink->link_type}};
}

NextPacket SnoopReader::next()
{
    OctetWindow& window = stream_.window;
    if (!window.require(record_header_octets))
        return stream_.end();
    Fields header{window.peek(record_header_octets), std::endian::big};
    const std::uint32_t wire_length = header.u32();
    const std::uint32_t captured_length = header.u32();
    const std::uint32_t record_octets = header.u32();
    const std::uint32_t cumulative_drops = header.u32();
    const std::uint32_t seconds = header.u32();
    std::uint32_t microseconds = header.u32();
    if (captured_length > max_packet_octets || record_octets > max_record_octets ||
        record_octets < record_header_octets + captured_length)
        return stream_.stop(fmt::format("a record of {} octets with a packet of {}", record_octets, captured_length));
    if (!window.require(record_octets))
        return stream_.end();
    if (microseconds >= microseconds_per_second) {
        ++stream_.notes.invalid_fractions;
        if (microseconds >= 2 * microseconds_per_second)
            microseconds = 0;  // as in a pcap file: carried late by one second at most
    }
    stream_.notes.interface_drops = std::max<std::uint64_t>(stream_.notes.interface_drops, cumulative_drops);
    const Bytes octets = window.peek(record_octets).subspan(record_header_octets, captured_length);
    window.consume(record_octets);
    stream_.packet.time = Timestamp{std::chrono::seconds{seconds} + std::chrono::microseconds{microseconds}};
    stream_.packet.octets = octets;
    stream_.packet.wire_length = std::max(wire_length, captured_length);
    return stream_.give();
}

}  // namespace waybill
