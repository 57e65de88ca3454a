#include "capture/annotated_copy.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "capture/reader/open_capture.h"
#include "capture/reader/whole_reading.h"
#include "tests/support/octets.h"

namespace waybill {
namespace {

using test::hex;

const std::string section = "0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000";

std::vector<std::byte> octets_of(const std::string& digits)
{
    std::string packed;
    for (const char digit : digits)
        if (digit != ' ')
            packed += digit;
    return hex(packed);
}

struct Copied {
    std::vector<std::byte> octets;
    std::vector<std::uint32_t> wire_lengths;
    std::expected<void, CaptureError> result;
};

Copied copied(const std::vector<std::byte>& capture, const PacketRemark& remark)
{
    Copied copy;
    copy.result = copy_annotated(
        std::make_unique<MemoryOctets>(capture, 7),
        [&](const Packet& packet) {
            copy.wire_lengths.push_back(packet.wire_length);
            return remark;
        },
        [&](Bytes octets) { copy.octets.insert(copy.octets.end(), octets.begin(), octets.end()); });
    return copy;
}

std::string packet_block(const std::string& options, const std::string& length)
{
    return "06000000 " + length + " 00000000 00000000 01000000 04000000 09000000 deadbeef " + options + " " + length;
}

}  // namespace

TEST_CASE("a packet's copy has the remark as one more comment and whose it is as option 8, behind what it had")
{
    const auto capture = octets_of(section + "01000000 14000000 0100 0000 00000000 14000000" +
                                   packet_block("0200 0400 02000000 00000000", "30000000"));
    const Copied copy = copied(capture, {"who", 7});
    REQUIRE(copy.result);
    CHECK(copy.wire_lengths == std::vector<std::uint32_t>{9});
    const auto expected = octets_of(
        "0a0d0d0a 20000000 4d3c2b1a 0100 0000 ffffffffffffffff 00000000 20000000"
        "01000000 18000000 0100 0000 00000000 00000000 18000000" +
        packet_block("0200 0400 02000000 0100 0300 77686f 00 0800 0800 07000000 00000000 00000000", "44000000"));
    CHECK(copy.octets == expected);
}

TEST_CASE("texts of the file are printable in the copy, and custom blocks, names and secrets are left out")
{
    const std::string custom = "ad0b0000 10000000 01020304 10000000";
    const std::string secrets = "0a000000 14000000 4b534c54 00000000 14000000";
    const std::string names = "04000000 10000000 00000000 10000000";
    const auto capture = octets_of(section + "01000000 14000000 0100 0000 00000000 14000000" + custom + secrets +
                                   names + packet_block("0100 0100 1b 000000 ac0b 0400 01020304 00000000", "38000000"));
    const Copied copy = copied(capture, {"\x1b", 0});
    REQUIRE(copy.result);
    const std::string text{as_text(copy.octets)};
    CHECK_FALSE(text.contains('\x1b'));
    CHECK(text.contains("\\x1b"));
    CHECK_FALSE(text.contains("KSLT"));
    const auto source = read_capture(std::make_unique<MemoryOctets>(copy.octets, copy.octets.size()));
    REQUIRE(source);
    const WholeReading reading = read_whole(**source);
    CHECK(reading.packets.size() == 1);
    CHECK(reading.notes.unknown_blocks + reading.notes.secrets_blocks + reading.notes.name_blocks == 0);
}

TEST_CASE("a copy ends where its file is torn or broken, and what is no pcapng file is refused")
{
    const auto capture =
        octets_of(section + "01000000 14000000 0100 0000 00000000 14000000" + packet_block("00000000", "28000000"));
    for (std::size_t kept = 0; kept < capture.size(); ++kept) {
        CAPTURE(kept);
        const Copied copy = copied({capture.begin(), capture.begin() + static_cast<std::ptrdiff_t>(kept)}, {"who", 1});
        CHECK(copy.result.has_value() == (kept >= 28));
        CHECK(copy.wire_lengths.empty());
    }
    CHECK(copied(octets_of("d4c3b2a1 0200 0400 00000000 00000000 00000000 01000000"), {}).result.error().kind ==
          CaptureError::Kind::not_understood);
    CHECK(copied(octets_of("0a0d0d0a 1c000000 4d3c2b1a 0200 0000 ffffffffffffffff 1c000000"), {}).result.error().kind ==
          CaptureError::Kind::not_understood);
}

}  // namespace waybill
