#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "capture/reader/snoop_reader.h"
#include "capture/reader/whole_reading.h"
#include "tests/support/octets.h"

namespace waybill {

namespace {

using test::hex;

const std::string file_header = "736e6f6f70000000 | 00000002 | 00000004 | ";
const std::string record = "00000005 | 00000002 | 0000001c | 00000007 | 00000001 | 00000002 | aabb 0000 | ";

WholeReading read(const std::string& digits)
{
    const auto octets = hex(digits);
    CHECK(reads_the_same_in_pieces<SnoopReader>(octets));
    return read_whole_as<SnoopReader>(octets, octets.size());
}

}  // namespace

TEST_CASE("a snoop record gives its octets without padding, lengths, time and drops")
{
    const WholeReading reading = read(file_header + record + record);
    REQUIRE(reading.packets.size() == 2);
    for (const OwnedPacket& packet : reading.packets) {
        CHECK(packet.octets == hex("aabb"));
        CHECK(packet.wire_length == 5);
        CHECK(packet.time == Timestamp{std::chrono::seconds{1} + std::chrono::microseconds{2}});
        CHECK(packet.link_type == LinkType::ethernet);
    }
    CHECK(reading.notes.interface_drops == 7);
    CHECK(reading.notes.input_lost());
}

TEST_CASE("a snoop header that cannot be read says why")
{
    struct Row {
        const char* what;
        const char* capture;
        const char* message;
    };
    const Row rows[] = {
        {"half a header", "736e6f6f70000000 0000",
         "ends after 10 octets, inside the file header of a snoop file; record it again"},
        {"another name", "736e6f6f70000001 00000002 00000004", "is not a snoop file"},
        {"version 3", "736e6f6f70000000 00000003 00000004", "is a snoop file of version 3; version 2 is read"},
        {"a serial line", "736e6f6f70000000 00000002 00000006",
         "is a snoop file of datalink type 6, which has no link type here; convert it to pcap"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK(read(row.capture).error == CaptureError{CaptureError::Kind::not_understood, row.message});
    }
}

TEST_CASE("a snoop record that cannot be right ends the file, after all packets before it")
{
    struct Row {
        const char* what;
        const char* lengths;
    };
    const Row rows[] = {
        {"a record shorter than its packet", "00000002 00000002 00000019"},
        {"a packet over the limit", "00040001 00040001 00040019"},
        {"a record over the limit", "00000002 00000002 00080001"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const WholeReading reading =
            read(fmt::format("{}{}{}00000000 00000001 00000002{}", file_header, record, row.lengths, record));
        CHECK(reading.packets.size() == 1);
        CHECK(reading.notes.damaged_files == 1);
        REQUIRE(reading.notes.damages.size() == 1);
        CHECK(reading.notes.damages.front().offset == 44);
    }
}

TEST_CASE("every beginning of a snoop file gives its whole records or says what is wrong")
{
    const auto whole = hex(file_header + record + record);
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        CAPTURE(size);
        const WholeReading reading = read_whole_as<SnoopReader>(Bytes{whole}.first(size), 7);
        CHECK(reading.error.has_value() == (size < 16));
        if (!reading.error)
            CHECK(reading.packets.size() == (size - 16) / 28);
    }
}

TEST_CASE("a snoop time's microseconds of a second or more are carried once, or left out")
{
    const WholeReading reading = read(file_header +
                                      "00000000 00000000 00000018 00000000 00000001 000f4240 |"
                                      "00000000 00000000 00000018 00000000 00000001 80000000");
    REQUIRE(reading.packets.size() == 2);
    CHECK(reading.packets[0].time == Timestamp{std::chrono::seconds{2}});
    CHECK(reading.packets[1].time == Timestamp{std::chrono::seconds{1}});
    CHECK(reading.notes.invalid_fractions == 2);
}

}  // namespace waybill
