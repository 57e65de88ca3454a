#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "capture/packet_source.h"
#include "capture/reader/octet_source.h"
#include "capture/reader/octet_window.h"

namespace waybill {

/// A packet with its own octets and comment, for tests and fuzz targets that compare whole readings.
struct OwnedPacket {
    Timestamp time;
    std::vector<std::byte> octets;
    std::uint32_t wire_length = 0;
    LinkType link_type = LinkType::null;
    bool has_time = true;
    std::uint8_t fcs_length = 0;
    std::string comment;

    friend bool operator==(const OwnedPacket&, const OwnedPacket&) = default;
};

/// Everything that a source gives.
struct WholeReading {
    std::vector<OwnedPacket> packets;
    SourceNotes notes;
    std::optional<CaptureError> error;

    std::size_t captured_octets() const
    {
        std::size_t sum = 0;
        for (const OwnedPacket& packet : packets)
            sum += packet.octets.size();
        return sum;
    }
    friend bool operator==(const WholeReading&, const WholeReading&) = default;
};

inline OwnedPacket own(const Packet& packet)
{
    return {.time = packet.time,
            .octets = {packet.octets.begin(), packet.octets.end()},
            .wire_length = packet.wire_length,
            .link_type = packet.link_type,
            .has_time = packet.has_time,
            .fcs_length = packet.fcs_length,
            .comment = std::string{packet.comment}};
}

/// Reads `source` to its end or its first error, packet by packet.
inline WholeReading read_whole(PacketSource& source)
{
    WholeReading reading;
    NextPacket packet = source.next();
    for (; packet && *packet; packet = source.next())  // ends: a source's input does
        reading.packets.push_back(own(**packet));
    if (!packet)
        reading.error = packet.error();
    reading.notes = source.notes();
    return reading;
}

/// The same by as many packets at once as it gives.
inline WholeReading read_whole_by_many(PacketSource& source)
{
    WholeReading reading;
    NextPackets packets = source.next_packets();
    for (; packets && !packets->empty(); packets = source.next_packets())  // ends: a source's input does
        for (const Packet& packet : *packets)
            reading.packets.push_back(own(packet));
    if (!packets)
        reading.error = packets.error();
    reading.notes = source.notes();
    return reading;
}

constexpr std::size_t window_octets = 4096;  ///< small, so that tests meet its end

/// Reads `capture` with one format's reader, given at most `chunk` octets at a time.
template <class Reader>
WholeReading read_whole_as(Bytes capture, std::size_t chunk, WholeReading (*read)(PacketSource&) = read_whole)
{
    const auto reader = Reader::open(OctetWindow{std::make_unique<MemoryOctets>(capture, chunk), window_octets});
    if (!reader)
        return {.packets = {}, .notes = {}, .error = reader.error()};
    return read(**reader);
}

/// Whether a reading is the same however the octets arrive and the packets are asked for, and gives no more octets than
/// there are.
template <class Reader>
bool reads_the_same_in_pieces(Bytes capture)
{
    const WholeReading whole = read_whole_as<Reader>(capture, capture.size());
    return whole == read_whole_as<Reader>(capture, 1) && whole == read_whole_as<Reader>(capture, 61) &&
           whole == read_whole_as<Reader>(capture, capture.size(), read_whole_by_many) &&
           whole == read_whole_as<Reader>(capture, 61, read_whole_by_many) && whole.captured_octets() <= capture.size();
}

}  // namespace waybill
