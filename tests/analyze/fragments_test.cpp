#include "analyze/decode/fragments.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "tests/support/packet_builder.h"

using namespace waybill;

namespace {

IpPacket piece(std::uint32_t offset, std::string_view text, bool more, std::uint32_t identification = 1)
{
    IpPacket packet;
    packet.source = IpAddress::parse("192.0.2.1").value();
    packet.destination = IpAddress::parse("192.0.2.2").value();
    packet.protocol = IpProtocol::udp;
    packet.identification = identification;
    packet.fragment_offset = offset;
    packet.more_fragments = more;
    packet.payload = as_octets(text);
    packet.payload_length = static_cast<std::uint32_t>(text.size());
    packet.length = packet.payload_length + 20;
    return packet;
}

struct Table {
    GapCounters gaps;
    FragmentTable fragments{gaps};

    std::string add(const IpPacket& packet, std::int64_t second = 0)
    {
        const auto whole = fragments.add(packet, 100, 0, test::at_second(second));
        return whole ? std::string{as_text(whole->packet.payload)} : "-";
    }
};

}  // namespace

TEST_CASE("the first copy of an octet stands where fragments overlap")
{
    Table table;
    CHECK(table.add(piece(8, "BBBBBBBB", true)) == "-");
    CHECK(table.add(piece(0, "aaaaaaaaaaaaaaaaaaaaaaaa", true)) == "-");  // over all of it, and eight more
    CHECK(table.add(piece(24, "cc", false)) == "aaaaaaaaBBBBBBBBaaaaaaaacc");
}

TEST_CASE("datagrams are told apart by addresses, protocol and identification")
{
    Table table;
    CHECK(table.add(piece(0, "11111111", true, 1)) == "-");
    CHECK(table.add(piece(0, "22222222", true, 2)) == "-");
    IpPacket other = piece(0, "tttttttt", true, 1);
    other.protocol = IpProtocol::tcp;
    CHECK(table.add(other) == "-");
    CHECK(table.add(piece(8, "x", false, 2)) == "22222222x");
    CHECK(table.add(piece(8, "y", false, 1)) == "11111111y");
}

TEST_CASE("fragments past a datagram's largest size are refused")
{
    Table table;
    CHECK(table.add(piece(65528, "12345678", false)) == "-");
    CHECK(table.gaps.count(GapKind::network_malformed) == 1);
    CHECK(table.add(piece(65528, "1234567", false)) == "-");
    CHECK(table.gaps.count(GapKind::network_malformed) == 1);
}

TEST_CASE("a fragment without octets fills nothing")
{
    Table table;
    CHECK(table.add(piece(8, "", false)) == "-");
    CHECK(table.add(piece(0, "", true)) == "-");
    CHECK(table.add(piece(0, "12345678", true)) == "12345678");
}

TEST_CASE("no more datagrams are held than the bound, the oldest goes first")
{
    Table table;
    for (std::uint32_t id = 0; id < FragmentTable::max_datagrams + 3; ++id)
        table.add(piece(0, "aaaaaaaa", true, id));
    const auto given_up = table.fragments.take_abandoned();
    REQUIRE(given_up.size() == 3);
    CHECK(given_up[0].packet.identification == 0);
    CHECK(as_text(given_up[0].packet.payload) == "aaaaaaaa");
    CHECK(table.gaps.count(GapKind::fragments_bound) == 3);
    CHECK(table.add(piece(8, "b", false, 3)) == "aaaaaaaab");
    table.fragments.abandon_all();
    CHECK(table.fragments.take_abandoned().size() == FragmentTable::max_datagrams - 1);
    CHECK_FALSE(table.fragments.has_abandoned());
}

TEST_CASE("no more octets are held than the bound")
{
    Table table;
    const std::string large(60'000, 'x');
    for (std::uint32_t id = 0; id < 100; ++id)
        table.add(piece(0, large, true, id));
    CHECK(table.gaps.count(GapKind::fragments_bound) == 100 - FragmentTable::max_held_octets / 60'000);
}

TEST_CASE("a datagram's time is over after a minute of packet time, at the ends of time too")
{
    Table table;
    table.add(piece(0, "aaaaaaaa", true, 1), 0);
    table.add(piece(0, "bbbbbbbb", true, 2), 60);
    CHECK_FALSE(table.fragments.has_abandoned());
    table.add(piece(0, "cccccccc", true, 3), 61);
    CHECK(table.fragments.take_abandoned().size() == 1);
    table.fragments.add(piece(0, "dddddddd", true, 4), 1, 0, Timestamp::max());
    CHECK(table.fragments.take_abandoned().size() == 2);
    table.fragments.add(piece(0, "eeeeeeee", true, 5), 1, 0, Timestamp::min());
    CHECK_FALSE(table.fragments.has_abandoned());
    CHECK(table.gaps.count(GapKind::fragments_incomplete) == 3);
}
