#include "analyze/decode/decoder.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/octets.h"
#include "tests/support/packet_builder.h"

using namespace waybill;
using test::hex;
using test::OwnedPacket;
using Octets = std::vector<std::byte>;

namespace {

constexpr test::Peer left{"192.0.2.1", 40000};
constexpr test::Peer right{"198.51.100.2", 443};

struct Reading {
    GapCounters gaps;
    Decoder decoder{gaps};

    std::vector<Segment> read(const OwnedPacket& packet)
    {
        const auto segments = decoder.decode(packet.view());
        return {segments.begin(), segments.end()};
    }
    std::vector<Segment> read(const Octets& frame, std::int64_t second = 0)
    {
        frames_.push_back(test::packet_of(frame, test::at_second(second)));
        return read(frames_.back());
    }

private:
    std::vector<OwnedPacket> frames_ = [] {
        std::vector<OwnedPacket> kept;
        kept.reserve(64);  // the segments' views stay good
        return kept;
    }();
};

Octets operator+(Octets front, Bytes back)
{
    front.insert(front.end(), back.begin(), back.end());
    return front;
}

std::string_view payload_text(const Segment& segment)
{
    return as_text(segment.payload);
}

Octets fragment(const Octets& datagram, std::size_t begin, std::size_t end)
{
    const test::FragmentFields fields{9, static_cast<std::uint32_t>(begin), end < datagram.size()};
    return test::ethernet(
        test::ip_fragment(left.address, right.address, 17, fields, Bytes{datagram}.subspan(begin, end - begin)));
}

}  // namespace

TEST_CASE("a packet's octets are counted at each layer as its headers say")
{
    Reading reading;
    const auto tcp = reading.read(test::tcp_frame(left, right, {1, 2, 0x18}, as_octets("hello")));
    REQUIRE(tcp.size() == 1);
    CHECK(tcp[0].transport == Transport::tcp);
    CHECK(tcp[0].wire_length == 14 + 20 + 20 + 5);
    CHECK(tcp[0].ip_length == 20 + 20 + 5);
    CHECK(tcp[0].payload_length == 5);
    CHECK(payload_text(tcp[0]) == "hello");
    CHECK(tcp[0].tcp_sequence == 1);
    CHECK(tcp[0].has_flag(0x10));
    const auto udp =
        reading.read(test::udp_frame({"2001:db8::1", 5000}, {"2001:db8::2", 53}, as_octets("abc")) + hex("0000"));
    REQUIRE(udp.size() == 1);
    CHECK(udp[0].wire_length == 14 + 40 + 8 + 3 + 2);  // with the padding of its frame
    CHECK(udp[0].ip_length == 40 + 8 + 3);
    CHECK(udp[0].payload_length == 3);
    CHECK(udp[0].destination.text() == "2001:db8::2");
    CHECK(reading.gaps.gaps().empty());
}

TEST_CASE("a packet cut by the snap length counts whole, and shows what there is of its payload")
{
    Reading reading;
    OwnedPacket packet = test::packet_of(test::tcp_frame(left, right, {}, as_octets("0123456789")), {});
    packet.octets.resize(14 + 20 + 20 + 4);
    const auto segments = reading.read(packet);
    REQUIRE(segments.size() == 1);
    CHECK(segments[0].payload_length == 10);
    CHECK(segments[0].is_cut());
    CHECK(payload_text(segments[0]) == "0123");
    CHECK(segments[0].wire_length == 64);
}

TEST_CASE("a packet whose transport header was cut off is still of its flow where its ports are there")
{
    Reading reading;
    OwnedPacket packet = test::packet_of(test::tcp_frame(left, right, {}, as_octets("0123456789")), {});
    packet.octets.resize(14 + 20 + 8);
    const auto ports = reading.read(packet);
    REQUIRE(ports.size() == 1);
    CHECK(ports[0].transport == Transport::tcp);
    CHECK(number(ports[0].destination_port) == 443);
    packet.octets.resize(14 + 20 + 2);
    const auto none = reading.read(packet);
    REQUIRE(none.size() == 1);
    CHECK(none[0].transport == Transport::other);
    CHECK(none[0].ip_length == 50);
    CHECK(reading.gaps.count(GapKind::snap_length) == 2);
}

TEST_CASE("what cannot be read is counted by its layer")
{
    struct Row {
        std::string_view what;
        std::string_view frame;
        GapKind gap;
        std::size_t segments;
    };
    const std::string ethernet = "020000000001 020000000002 ";
    const std::string bad_ip = ethernet + "0800 44 00 0014 0000 4000 40 06 0000 c0000201 c0000202";
    const std::string bad_tcp = ethernet +
                                "0800 45 00 0028 0000 4000 40 06 0000 c0000201 c0000202 01bb d431 00000000 00000000 "
                                "40 10 ffff 0000 0000";
    const std::string bad_label = ethernet + "8847 00001000";
    const Row rows[] = {
        {"half an Ethernet header", "0200000000", GapKind::link_malformed, 0},
        {"an IP header that cannot be", bad_ip, GapKind::network_malformed, 0},
        {"a TCP header that cannot be", bad_tcp, GapKind::transport_malformed, 1},
        {"a label stack without an end", bad_label, GapKind::link_malformed, 0},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        Reading reading;
        CHECK(reading.read(hex(row.frame)).size() == row.segments);
        CHECK(reading.gaps.gaps() == std::vector<Gap>{{row.gap, 1, {}}});
    }
    Reading reading;
    OwnedPacket unknown = test::packet_of(hex("00"), {});
    unknown.link_type = static_cast<LinkType>(147);
    CHECK(reading.read(unknown).empty());
    CHECK(reading.gaps.count(GapKind::link_unsupported) == 1);
}

TEST_CASE("a tunnel's packet is counted at each depth, the whole frame at both")
{
    Reading reading;
    const Octets inner = test::tcp_frame(left, right, {}, as_octets("in"));
    const auto segments = reading.read(
        test::udp_frame({"203.0.113.1", 50000}, {"203.0.113.2", 4789}, hex("0800000000000100") + Bytes{inner}));
    REQUIRE(segments.size() == 2);
    CHECK(segments[0].tunnel_depth == 0);
    CHECK(segments[0].payload_length == 8 + 56);
    CHECK(segments[0].ip_length == 28 + 64);
    CHECK(segments[1].tunnel_depth == 1);
    CHECK(segments[1].ip_length == 42);
    CHECK(segments[1].payload_length == 2);
    CHECK(segments[0].wire_length == segments[1].wire_length);
}

TEST_CASE("tunnels deeper than are followed, and headers without end, are a gap")
{
    Reading reading;
    Octets packet = test::ip_packet(left.address, right.address, 17, test::udp_datagram(1, 2, as_octets("x")));
    for (int depth = 0; depth < 10; ++depth)
        packet = test::ip_packet(left.address, right.address, 4, packet);
    CHECK(reading.read(test::ethernet(packet)).size() == Decoder::max_tunnel_depth);
    CHECK(reading.gaps.count(GapKind::headers_bound) == 1);
    Octets tags = hex("020000000001 020000000002 8100");
    for (int tag = 0; tag < 40; ++tag)
        tags = tags + hex("0001 8100");
    CHECK(reading.read(tags).empty());
    CHECK(reading.gaps.count(GapKind::headers_bound) == 2);
}

TEST_CASE("fragments count as one datagram with all their packets, whatever their order")
{
    const Octets datagram = test::udp_datagram(left.port, right.port, as_octets(std::string(100, 'a') + "end"));
    const std::size_t borders[] = {0, 40, 80, datagram.size()};
    for (const auto& order : std::vector<std::vector<int>>{{0, 1, 2},
                                                           {2, 1, 0},
                                                           {1, 0, 2},
                                                           {
                                                               0,
                                                               2,
                                                               1,
                                                           },
                                                           {0, 0, 1, 1, 2}}) {
        Reading reading;
        std::vector<Segment> segments;
        std::uint64_t octets = 0;
        for (const int piece : order) {
            const auto index = static_cast<std::size_t>(piece);
            CHECK(segments.empty());
            const Octets frame = fragment(datagram, borders[index], borders[index + 1]);
            octets += frame.size();
            segments = reading.read(frame);
        }
        REQUIRE(segments.size() == 1);
        CHECK(segments[0].packets == order.size());
        CHECK(segments[0].wire_length == octets);
        CHECK(segments[0].ip_length == octets - order.size() * 14);
        CHECK(segments[0].payload_length == 103);
        CHECK(payload_text(segments[0]).ends_with("aend"));
        CHECK(reading.decoder.finish().empty());
        CHECK(reading.gaps.gaps().empty());
    }
}

TEST_CASE("fragments that the capture cut make a datagram that is cut")
{
    Reading reading;
    const Octets datagram = test::udp_datagram(left.port, right.port, as_octets(std::string(100, 'a')));
    OwnedPacket first = test::packet_of(fragment(datagram, 0, 48), test::at_second(0));
    first.octets.resize(14 + 20 + 8 + 5);
    CHECK(reading.read(first).empty());
    const auto segments = reading.read(fragment(datagram, 48, datagram.size()));
    REQUIRE(segments.size() == 1);
    CHECK(segments[0].payload_length == 100);
    CHECK(payload_text(segments[0]) == "aaaaa");
}

TEST_CASE("a datagram that stays incomplete is counted at the end, under its ports where these are known")
{
    const Octets datagram = test::udp_datagram(left.port, right.port, as_octets(std::string(100, 'a')));
    Reading reading;
    CHECK(reading.read(fragment(datagram, 0, 48)).empty());
    CHECK(reading.read(fragment(datagram, 64, datagram.size())).empty());
    const auto known = reading.decoder.finish();
    REQUIRE(known.size() == 1);
    CHECK(known[0].packets == 2);
    CHECK(known[0].wire_length == 2 * 34 + 48 + 44);
    CHECK(number(known[0].destination_port) == 443);
    CHECK(known[0].payload.size() == 40);
    CHECK(known[0].payload_length == 100);
    CHECK(reading.gaps.gaps() == std::vector<Gap>{{GapKind::fragments_incomplete, 1, {}}});

    Reading later;
    CHECK(later.read(fragment(datagram, 48, datagram.size())).empty());
    const auto unknown = later.decoder.finish();
    REQUIRE(unknown.size() == 1);
    CHECK(unknown[0].transport == Transport::other);
    CHECK(unknown[0].protocol == 17);
    CHECK(unknown[0].ip_length == 20 + 60);
    CHECK(unknown[0].payload_length == 0);
}

TEST_CASE("a datagram that is given up stands before the packet that showed it to be too old")
{
    const Octets datagram = test::udp_datagram(left.port, right.port, as_octets(std::string(100, 'a')));
    Reading reading;
    CHECK(reading.read(fragment(datagram, 0, 48), 0).empty());
    CHECK(reading.read(test::tcp_frame(left, right, {}, {}), 1000).size() == 1);  // only fragments look
    // The same identification again, a quarter of an hour later, is another datagram.
    const auto given_up = reading.read(fragment(datagram, 0, 48), 1000);
    REQUIRE(given_up.size() == 1);
    CHECK(given_up[0].time == test::at_second(0));
    CHECK(given_up[0].packets == 1);
    const auto whole = reading.read(fragment(datagram, 48, datagram.size()), 1001);
    REQUIRE(whole.size() == 1);
    CHECK(whole[0].packets == 2);
}

TEST_CASE("a piece of a datagram tells where its payload begins and whose it is")
{
    const Octets datagram = test::udp_datagram(left.port, right.port, as_octets(std::string(100, 'a')));
    Reading reading;
    reading.read(test::udp_frame(left, right, as_octets("a")));
    CHECK_FALSE(reading.decoder.piece().has_value());
    reading.read(fragment(datagram, 0, 48));
    REQUIRE(reading.decoder.piece().has_value());
    CHECK(reading.decoder.piece()->payload.size() == 40);
    CHECK(number(reading.decoder.piece()->destination_port) == 443);
    reading.read(fragment(datagram, 48, datagram.size()));
    REQUIRE(reading.decoder.piece().has_value());
    CHECK(reading.decoder.piece()->payload.size() == 60);
    CHECK(number(reading.decoder.piece()->destination_port) == 443);
}
