#include <doctest/doctest.h>

#include <string>

#include "capture/reader/pcap_reader.h"
#include "capture/reader/whole_reading.h"
#include "tests/support/octets.h"

namespace waybill {

namespace {

using test::hex;

Timestamp at(std::int64_t nanoseconds)
{
    return Timestamp{std::chrono::nanoseconds{nanoseconds}};
}

const std::string file_header = "d4c3b2a1 | 0200 0400 | 00000000 | 00000000 | 00000400 | 01000000 | ";
const std::string record = "01000000 | 02000000 | 03000000 | 04000000 | aabbcc | ";

WholeReading read(const std::string& digits)
{
    const auto octets = hex(digits);
    CHECK(reads_the_same_in_pieces<PcapReader>(octets));
    return read_whole_as<PcapReader>(octets, octets.size());
}

}  // namespace

TEST_CASE("a pcap file that is only a header has no packets and nothing amiss")
{
    const WholeReading reading = read(file_header);
    CHECK(reading == WholeReading{});
}

TEST_CASE("a pcap record gives its octets, both lengths, time and link type")
{
    const WholeReading reading = read(file_header + record);
    REQUIRE(reading.packets.size() == 1);
    const OwnedPacket& packet = reading.packets.front();
    CHECK(packet.octets == hex("aabbcc"));
    CHECK(packet.wire_length == 4);
    CHECK(packet.time == at(1'000'002'000));
    CHECK(packet.link_type == LinkType::ethernet);
    CHECK(packet.has_time);
    CHECK(packet.comment.empty());
}

TEST_CASE("every kind of pcap file gives the same packet")
{
    struct Row {
        const char* what;
        const char* capture;
        std::int64_t nanoseconds;
    };
    const Row rows[] = {
        {"microseconds, little-endian",
         "d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000 | 01000000 02000000 02000000 05000000 aabb",
         1'000'002'000},
        {"microseconds, big-endian",
         "a1b2c3d4 0002 0004 00000000 00000000 00040000 00000001 | 00000001 00000002 00000002 00000005 aabb",
         1'000'002'000},
        {"nanoseconds, little-endian",
         "4d3cb2a1 0200 0400 00000000 00000000 00000400 01000000 | 01000000 02000000 02000000 05000000 aabb",
         1'000'000'002},
        {"nanoseconds, big-endian",
         "a1b23c4d 0002 0004 00000000 00000000 00040000 00000001 | 00000001 00000002 00000002 00000005 aabb",
         1'000'000'002},
        {"Kuznetzov's longer records",
         "34cdb2a1 0200 0400 00000000 00000000 00000400 01000000 | 01000000 02000000 02000000 05000000 "
         "07000000 0008 00 00 aabb",
         1'000'002'000},
        {"IXIA hardware: nanoseconds",
         "ac01001c 0200 0400 00000000 00000000 00000400 01000000 12000000 | 01000000 02000000 02000000 05000000 aabb",
         1'000'000'002},
        {"IXIA software: microseconds",
         "ab01001c 0200 0400 00000000 00000000 00000400 01000000 12000000 | 01000000 02000000 02000000 05000000 aabb",
         1'000'002'000},
        {"version 2.2: wire length first",
         "d4c3b2a1 0200 0200 00000000 00000000 00000400 01000000 | 01000000 02000000 05000000 02000000 aabb",
         1'000'002'000},
        {"version 2.3 as it should be",
         "d4c3b2a1 0200 0300 00000000 00000000 00000400 01000000 | 01000000 02000000 02000000 05000000 aabb",
         1'000'002'000},
        {"version 2.3 with the lengths of 2.2",
         "d4c3b2a1 0200 0300 00000000 00000000 00000400 01000000 | 01000000 02000000 05000000 02000000 aabb",
         1'000'002'000},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const WholeReading reading = read(row.capture);
        CHECK(reading.notes == SourceNotes{});
        REQUIRE(reading.packets.size() == 1);
        CHECK(reading.packets.front().octets == hex("aabb"));
        CHECK(reading.packets.front().wire_length == 5);
        CHECK(reading.packets.front().time == at(row.nanoseconds));
    }
}

TEST_CASE("a pcap time's fraction of a second or more is carried once, or left out")
{
    struct Row {
        const char* what;
        const char* time;
        std::int64_t nanoseconds;
        std::uint64_t invalid;
    };
    const Row rows[] = {
        {"the last microsecond", "01000000 3f420f00", 1'999'999'000, 0},
        {"a whole second", "01000000 40420f00", 2'000'000'000, 1},
        {"two seconds", "01000000 80841e00", 1'000'000'000, 1},
        {"the highest bit", "01000000 00000080", 1'000'000'000, 1},
        {"the year 2106", "ffffffff 3f420f00", 4'294'967'295'999'999'000, 0},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const WholeReading reading = read(file_header + row.time + "00000000 00000000");
        REQUIRE(reading.packets.size() == 1);
        CHECK(reading.packets.front().time == at(row.nanoseconds));
        CHECK(reading.notes.invalid_fractions == row.invalid);
    }
}

TEST_CASE("the link type's upper bits tell the length of the frame check sequence, in units of 16 bits")
{
    const WholeReading reading = read("d4c3b2a1 | 0200 0400 | 00000000 00000000 00000400 | 01000024 | " + record);
    REQUIRE(reading.packets.size() == 1);
    CHECK(reading.packets.front().link_type == LinkType::ethernet);
    CHECK(reading.packets.front().fcs_length == 4);
}

TEST_CASE("a pcap record that was captured longer than its wire length has what was captured")
{
    const WholeReading reading = read(file_header + "01000000 02000000 03000000 01000000 aabbcc");
    REQUIRE(reading.packets.size() == 1);
    CHECK(reading.packets.front().wire_length == 3);
}

TEST_CASE("a pcap header that cannot be read says why")
{
    struct Row {
        const char* what;
        const char* capture;
        const char* message;
    };
    const Row rows[] = {
        {"nothing", "", "is not a pcap file"},
        {"another magic number", "00000000", "is not a pcap file"},
        {"half a header", "d4c3b2a1 0200",
         "ends after 6 octets, inside the file header of a pcap file; record it again"},
        {"version 1.4", "d4c3b2a1 0100 0400 00000000 00000000 00000400 01000000",
         "is a pcap file of version 1.4; versions 2.0 to 2.4 are read"},
        {"version 2.5", "d4c3b2a1 0200 0500 00000000 00000000 00000400 01000000",
         "is a pcap file of version 2.5; versions 2.0 to 2.4 are read"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const WholeReading reading = read(row.capture);
        CHECK(reading.error == CaptureError{CaptureError::Kind::not_understood, row.message});
    }
}

TEST_CASE("a torn pcap file gives its whole records and says how much is left")
{
    const auto whole = hex(file_header + record + record);
    constexpr std::size_t header_octets = 24;
    constexpr std::size_t record_octets = 19;
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        CAPTURE(size);
        const WholeReading reading = read_whole_as<PcapReader>(Bytes{whole}.first(size), 5);
        CHECK(reading.error.has_value() == (size < header_octets));
        if (reading.error)
            continue;
        CHECK(reading.packets.size() == (size - header_octets) / record_octets);
        CHECK(reading.notes.torn_octets == (size - header_octets) % record_octets);
        CHECK(reading.notes.torn_files == (reading.notes.torn_octets == 0 ? 0 : 1));
        CHECK(reading.notes.input_lost() == (reading.notes.torn_octets != 0));
    }
}

TEST_CASE("a pcap record that cannot be right ends the file, after all packets before it")
{
    const WholeReading reading = read(file_header + record + "01000000 02000000 01000400 01000400 " + record + record);
    CHECK(reading.packets.size() == 1);
    CHECK_FALSE(reading.error);
    CHECK(reading.notes.damaged_files == 1);
    REQUIRE(reading.notes.damages.size() == 1);
    CHECK(reading.notes.damages.front() == SourceDamage{0, 43, "a packet of 262145 octets, more than 262144"});
}

TEST_CASE("a source numbers its packets from 1 and stays at its end")
{
    const auto capture = hex(file_header + record + record + "00");
    const auto reader = PcapReader::open(OctetWindow{std::make_unique<MemoryOctets>(capture, 3)});
    REQUIRE(reader);
    for (const std::uint64_t number : {1U, 2U}) {
        const auto packet = (*reader)->next();
        REQUIRE((packet && *packet));
        CHECK((*packet)->number == number);
    }
    CHECK(read_whole(**reader).packets.empty());
    CHECK((*reader)->notes().torn_files == 1);
}

}  // namespace waybill
