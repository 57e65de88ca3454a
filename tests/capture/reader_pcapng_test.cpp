#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "capture/reader/pcapng_reader.h"
#include "capture/reader/whole_reading.h"
#include "tests/support/octets.h"

namespace waybill {

namespace {

using test::hex;

/// A number of four octets, little-endian, as hexadecimal digits.
std::string le32(std::size_t value)
{
    return fmt::format("{:02x}{:02x}{:02x}{:02x} ", value & 0xffU, value >> 8U & 0xffU, value >> 16U & 0xffU,
                       value >> 24U & 0xffU);
}

/// A little-endian block: its body's length must be a multiple of four.
std::string block(std::size_t type, const std::string& body)
{
    const std::size_t length = hex(body).size() + 12;
    return le32(type) + le32(length) + body + le32(length);
}

const std::string section = block(0x0a0d0d0a, "4d3c2b1a 0100 0000 ffffffffffffffff");
const std::string ethernet = block(1, "0100 0000 00000000");
const std::string packet = block(6, "00000000 | 00000000 02000000 | 03000000 | 04000000 | aabbcc 00");

std::string packet_with(const std::string& options)
{
    return block(6, "00000000 | 00000000 02000000 | 03000000 | 04000000 | aabbcc 00" + options);
}

WholeReading read(const std::string& digits)
{
    const auto octets = hex(digits);
    CHECK(reads_the_same_in_pieces<PcapngReader>(octets));
    return read_whole_as<PcapngReader>(octets, octets.size());
}

}  // namespace

TEST_CASE("a pcapng file that is only a section header has no packets and nothing amiss")
{
    CHECK(read(section) == WholeReading{});
}

TEST_CASE("an Enhanced Packet Block gives its octets, both lengths, time and its interface's link type")
{
    const WholeReading reading = read(section + ethernet + packet);
    CHECK(reading.notes == SourceNotes{});
    REQUIRE(reading.packets.size() == 1);
    const OwnedPacket& read_packet = reading.packets.front();
    CHECK(read_packet.octets == hex("aabbcc"));
    CHECK(read_packet.wire_length == 4);
    CHECK(read_packet.time == Timestamp{std::chrono::microseconds{2}});
    CHECK(read_packet.link_type == LinkType::ethernet);
    CHECK(read_packet.has_time);
}

TEST_CASE("a packet's options give its comment, the length of its frame check sequence and what was lost before it")
{
    const WholeReading reading = read(section + ethernet +
                                      packet_with("0200 0400 82000000 | 0100 0200 6869 0000 | 0100 0100 6a 000000 |"
                                                  "0400 0800 0900000000000000 | 0000 0000"));
    REQUIRE(reading.packets.size() == 1);
    CHECK(reading.packets.front().comment == "hi");
    CHECK(reading.packets.front().fcs_length == 4);
    CHECK(reading.notes.packet_drops == 9);
}

TEST_CASE("an option list that overruns its block is counted and costs no packet")
{
    const WholeReading reading =
        read(section + ethernet + packet_with("0100 0200 6869 0000 | 0200 0900 00000000") + packet);
    REQUIRE(reading.packets.size() == 2);
    CHECK(reading.packets.front().comment == "hi");
    CHECK(reading.packets.back().comment.empty());
    CHECK(reading.notes.damaged_options == 1);
}

TEST_CASE("each interface has its own link type, time unit, offset and frame check sequence")
{
    const std::string raw_nanoseconds =
        block(1, "6500 0000 00000000 | 0900 0100 09 000000 | 0e00 0800 0100000000000000 | 0d00 0100 20 000000");
    const WholeReading reading =
        read(section + ethernet + raw_nanoseconds + block(6, "01000000 | 00000000 02000000 | 00000000 | 00000000") +
             packet + block(1, "7100 0000 00000000") + block(6, "02000000 | 01000000 00000000 | 00000000 | 00000000"));
    REQUIRE(reading.packets.size() == 3);
    CHECK(reading.packets[0].link_type == LinkType::raw);
    CHECK(reading.packets[0].time == Timestamp{std::chrono::nanoseconds{1'000'000'002}});
    CHECK(reading.packets[0].fcs_length == 4);
    CHECK(reading.packets[1].link_type == LinkType::ethernet);
    CHECK(reading.packets[1].fcs_length == 0);
    CHECK(reading.packets[2].link_type == LinkType::linux_sll);
    CHECK(reading.packets[2].time == Timestamp{std::chrono::microseconds{std::int64_t{1} << 32U}});
}

TEST_CASE("sections have their own interfaces and byte order")
{
    const WholeReading reading =
        read(section + ethernet + packet +
             "0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c |"
             "00000001 00000014 0065 0000 00000000 00000014 |"
             "00000006 00000024 00000000 00000000 00000007 00000002 00000009 ddee0000 00000024");
    REQUIRE(reading.packets.size() == 2);
    CHECK(reading.packets[1].link_type == LinkType::raw);
    CHECK(reading.packets[1].octets == hex("ddee"));
    CHECK(reading.packets[1].wire_length == 9);
    CHECK(reading.packets[1].time == Timestamp{std::chrono::microseconds{7}});
}

TEST_CASE("a Simple Packet Block has no time, and the length that the snap length leaves")
{
    const std::string snapped = block(1, "0100 0000 02000000");
    const WholeReading reading = read(section + snapped + block(3, "05000000 | aabb 0000"));
    REQUIRE(reading.packets.size() == 1);
    CHECK_FALSE(reading.packets.front().has_time);
    CHECK(reading.packets.front().octets == hex("aabb"));
    CHECK(reading.packets.front().wire_length == 5);
}

TEST_CASE("an obsolete Packet Block gives its packet and the drops that it tells")
{
    const WholeReading reading =
        read(section + ethernet + block(2, "0000 0300 | 00000000 02000000 | 01000000 | 01000000 | aa 000000") +
             block(2, "0000 ffff | 00000000 02000000 | 01000000 | 01000000 | aa 000000"));
    CHECK(reading.packets.size() == 2);
    CHECK(reading.packets.front().octets == hex("aa"));
    CHECK(reading.notes.packet_drops == 3);
}

TEST_CASE("an interface's drops are those of its last statistics, summed over interfaces and sections")
{
    const std::string first = block(5, "00000000 0000000000000000 | 0500 0800 0100000000000000");
    const std::string last = block(5,
                                   "00000000 0000000000000000 | 0500 0800 0500000000000000 | "
                                   "0700 0800 0200000000000000 | 0000 0000");
    const std::string other = block(5, "01000000 0000000000000000 | 0500 0800 0a00000000000000");
    const WholeReading reading =
        read(section + ethernet + ethernet + first + other + last + section + ethernet + first);
    CHECK(reading.notes.interface_drops == 16);
    CHECK(reading.notes.system_drops == 2);
    CHECK(reading.notes.damages.empty());
}

TEST_CASE("blocks that are not read are passed and counted")
{
    const WholeReading reading = read(section + ethernet + block(4, "00000000") + block(10, "4b534c54 00000000") +
                                      block(0xbad, "d97e0000") + block(0x80000001, "") + packet);
    CHECK(reading.packets.size() == 1);
    CHECK(reading.notes.name_blocks == 1);
    CHECK(reading.notes.secrets_blocks == 1);
    CHECK(reading.notes.unknown_blocks == 2);
    CHECK_FALSE(reading.notes.input_lost());
}

TEST_CASE("a time that nanoseconds in 64 bits cannot tell is set to the nearest, and counted")
{
    const WholeReading reading =
        read(section + ethernet + block(6, "00000000 | ffffffff ffffffff | 00000000 | 00000000"));
    REQUIRE(reading.packets.size() == 1);
    CHECK(reading.packets.front().time == Timestamp::max());
    CHECK(reading.notes.clamped_times == 1);
}

TEST_CASE("a pcapng section header that cannot be read says why")
{
    struct Row {
        const char* what;
        std::string capture;
        const char* message;
    };
    const Row rows[] = {
        {"half a header", "0a0d0d0a 1c000000 4d3c2b1a",
         "ends after 12 octets, inside the file header of a pcapng file; record it again"},
        {"a torn option", "0a0d0d0a 24000000 4d3c2b1a 0100 0000 ffffffffffffffff 0100 0100",
         "ends after 28 octets, inside the file header of a pcapng file; record it again"},
        {"no byte-order magic", block(0x0a0d0d0a, "4d3c2b1b 0100 0000 ffffffffffffffff"),
         "has a section header without byte-order magic"},
        {"version 0.1", block(0x0a0d0d0a, "4d3c2b1a 0000 0100 ffffffffffffffff"),
         "has a pcapng section of version 0.1; version 1.0 is read"},
        {"too short", "0a0d0d0a 18000000 4d3c2b1a 0100 0000 ffffffffffffffff 18000000",
         "has a section header of 24 octets"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK(read(row.capture).error == CaptureError{CaptureError::Kind::not_understood, row.message});
    }
}

TEST_CASE("a block whose values cannot be right is left out, and reading goes on behind it")
{
    struct Row {
        const char* what;
        std::string block;
    };
    const Row rows[] = {
        {"a packet of no interface", block(6, "01000000 | 00000000 02000000 | 00000000 | 00000000")},
        {"a packet longer than its block", block(6, "00000000 | 00000000 02000000 | 05000000 | 05000000 | aabbccdd")},
        {"half a packet block", block(6, "00000000 00000000")},
        {"half an old packet block", block(2, "00000000 00000000")},
        {"a simple packet longer than its block", block(3, "05000000 | aabbccdd")},
        {"statistics of no interface", block(5, "07000000 00000000 00000000")},
        {"half an interface", block(1, "0100 0000")},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const WholeReading reading = read(fmt::format("{}{}{}{}{}", section, ethernet, packet, row.block, packet));
        CHECK(reading.packets.size() == 2);
        CHECK(reading.notes.damaged_records == 1);
        REQUIRE(reading.notes.damages.size() == 1);
        CHECK(reading.notes.damages.front().offset == 84);
        CHECK(reading.notes.input_lost());
    }
}

TEST_CASE("a block whose frame cannot be right ends the file, after all packets before it")
{
    struct Row {
        const char* what;
        std::string block;
    };
    const Row rows[] = {
        {"shorter than its frame", "06000000 08000000 00000000"},
        {"another length behind", "06000000 20000000 00000000 00000000 00000000 00000000 00000000 24000000"},
        {"over the limit", "06000000 04000001 00000000"},
        {"a section of another version", "0a0d0d0a 1c000000 4d3c2b1a 0200 0000 ffffffffffffffff 1c000000"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const WholeReading reading = read(fmt::format("{}{}{}{}{}", section, ethernet, packet, row.block, packet));
        CHECK(reading.packets.size() == 1);
        CHECK_FALSE(reading.error);
        CHECK(reading.notes.damaged_files == 1);
        REQUIRE(reading.notes.damages.size() == 1);
        CHECK(reading.notes.damages.front().offset == 84);
    }
}

TEST_CASE("a block length without its padding is understood")
{
    const WholeReading reading =
        read(section + ethernet + "06000000 23000000 00000000 00000000 02000000 03000000 04000000 aabbcc 00 23000000" +
             packet);
    CHECK(reading.packets.size() == 2);
    CHECK(reading.notes == SourceNotes{});
}

TEST_CASE("every beginning of a pcapng file gives its whole packets and says when it is torn")
{
    const auto whole = hex(section + ethernet + packet + block(0xbad, "00000000") + packet);
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        CAPTURE(size);
        const WholeReading reading = read_whole_as<PcapngReader>(Bytes{whole}.first(size), 11);
        CHECK(reading.error.has_value() == (size < 28));
        if (reading.error)
            continue;
        const bool at_block = size == 28 || size == 48 || size == 84 || size == 100 || size == whole.size();
        CHECK(reading.packets.size() == (size < 84 ? 0 : size < whole.size() ? 1 : 2));
        CHECK(reading.notes.torn_files == (at_block ? 0 : 1));
        CHECK((reading.notes.torn_octets == 0) == at_block);
    }
}

TEST_CASE("only so many damages are told in words, and all are counted")
{
    std::string capture = section;
    for (int i = 0; i < 40; ++i)
        capture += packet;
    const WholeReading reading = read(capture);
    CHECK(reading.notes.damaged_records == 40);
    CHECK(reading.notes.damages.size() == SourceNotes::max_damages);
}

}  // namespace waybill
