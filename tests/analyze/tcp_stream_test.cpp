#include "analyze/flow/tcp_stream.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "model/flow_facts.h"
#include "tests/support/octets.h"
#include "tests/support/packet_builder.h"
#include "wire/transport.h"

using namespace waybill;
using test::at_second;

namespace {

/// A stream to port 53, where each message of DNS over TCP that comes out whole shows what was handed over.
struct Stream {
    DissectContext context;
    GapCounters gaps;
    StreamBudget budget;
    FlowFacts facts;
    std::vector<std::string> messages;
    TcpStream tcp;
    std::uint32_t base = 0xffffff00;  // soon around the end of the numbers

    explicit Stream(Port port = Port{53}) : tcp{context, port, gaps, budget}
    {
        context.dns = [this](Side, Bytes message, Timestamp) { messages.emplace_back(as_text(message)); };
    }
    bool send(std::uint32_t offset, std::string_view text, Side side = Side::client,
              std::uint8_t flags = TcpHeader::ack)
    {
        return put(offset, text, text.size(), side, flags);
    }
    bool cut(std::uint32_t offset, std::string_view captured, std::size_t length)
    {
        return put(offset, captured, length, Side::client, TcpHeader::ack);
    }
    void syn(Side side = Side::client) { put(0U - 1U, {}, 0, side, TcpHeader::syn); }
    void acknowledge(std::uint32_t offset)  // by the server
    {
        Segment segment;
        segment.tcp_flags = TcpHeader::ack;
        segment.tcp_acknowledgment = base + offset;
        tcp.segment(Side::server, segment, facts);
    }
    bool put(std::uint32_t offset, std::string_view captured, std::size_t length, Side side, std::uint8_t flags)
    {
        Segment segment;
        segment.transport = Transport::tcp;
        segment.tcp_flags = flags;
        segment.tcp_sequence = base + offset;
        segment.tcp_acknowledgment = base;
        segment.payload = as_octets(captured);
        segment.payload_length = static_cast<std::uint32_t>(length);
        return tcp.segment(side, segment, facts);
    }
};

/// Messages with their length octets in front, and what of them comes out.
struct Script {
    std::string octets;
    std::vector<std::string> messages;

    void add(std::string message)
    {
        octets += static_cast<char>(message.size() >> 8U);
        octets += static_cast<char>(message.size() & 0xffU);
        octets += message;
        messages.push_back(std::move(message));
    }
};

Script script_of(std::size_t count)
{
    Script script;
    for (std::size_t i = 0; i < count; ++i)
        script.add("message " + std::to_string(i) + std::string(12 + i % 40, static_cast<char>('a' + i % 26)));
    return script;
}

}  // namespace

TEST_CASE("segments in order are handed over as they come")
{
    const Script script = script_of(3);
    Stream stream;
    stream.syn();
    for (std::uint32_t at = 0; at < script.octets.size(); at += 7)
        CHECK(stream.send(at, std::string_view{script.octets}.substr(at, 7)));
    CHECK(stream.messages == script.messages);
    CHECK(stream.gaps.gaps().empty());
}

TEST_CASE("whatever their order, overlaps and repetitions, each octet is handed over once, in order")
{
    std::mt19937 random{11};
    const Script script = script_of(30);
    const std::string_view octets{script.octets};
    for (int round = 0; round < 300; ++round) {
        CAPTURE(round);
        std::vector<std::pair<std::size_t, std::size_t>> pieces;
        for (std::size_t at = 0; at < octets.size();) {
            const std::size_t length = 20 + random() % 80;
            pieces.emplace_back(at, length);
            if (random() % 4 == 0)
                pieces.emplace_back(at, length);  // sent again
            if (random() % 4 == 0 && at > 10)
                pieces.emplace_back(at - 10, length);  // sent again in other pieces
            at += length;
        }
        std::ranges::shuffle(pieces, random);
        REQUIRE(pieces.size() <= TcpStream::max_held_segments);
        Stream stream;
        stream.base = static_cast<std::uint32_t>(random());
        stream.syn();
        for (const auto& [at, length] : pieces)
            stream.send(static_cast<std::uint32_t>(at), octets.substr(at, length));
        CHECK(stream.messages == script.messages);
        CHECK_FALSE(stream.facts.ambiguous);
        CHECK(stream.gaps.gaps().empty());
        CHECK(stream.budget.held == 0);
    }
}

TEST_CASE("without a SYN the first segment seen is the beginning, a SYN that comes late changes nothing")
{
    const Script script = script_of(1);
    Stream stream;
    stream.send(0, script.octets);
    stream.syn();
    stream.send(static_cast<std::uint32_t>(script.octets.size()), script.octets);
    CHECK(stream.messages.size() == 2);
    CHECK(stream.gaps.gaps().empty());
}

TEST_CASE("data in a SYN (RFC 7413) comes first, and once though it is sent again without the SYN")
{
    const Script script = script_of(1);
    Stream stream;
    stream.put(0U - 1U, script.octets, script.octets.size(), Side::client, TcpHeader::syn);
    CHECK(stream.messages == script.messages);
    stream.send(0, script.octets);
    CHECK(stream.messages == script.messages);
    CHECK_FALSE(stream.facts.ambiguous);
}

TEST_CASE("the two sides' numbers have nothing to do with each other")
{
    const Script script = script_of(2);
    Stream stream;
    stream.syn();
    stream.send(0, script.octets.substr(0, 5));
    stream.base = 77;
    stream.syn(Side::server);
    stream.send(0, script.octets, Side::server);
    CHECK(stream.messages == script.messages);
}

TEST_CASE("octets that are sent again with other content make a flow ambiguous, once, and the first copy stands")
{
    const Script first = script_of(1);
    Script other;
    other.add(std::string(first.messages.front().size(), 'Z'));
    Stream stream;
    stream.syn();
    stream.send(0, first.octets);
    stream.send(0, other.octets);
    stream.send(5, std::string_view{other.octets}.substr(5));
    CHECK(stream.messages == first.messages);
    CHECK(stream.facts.ambiguous);
    CHECK(stream.gaps.count(GapKind::stream_ambiguous) == 1);
}

TEST_CASE("an overlap that differs is found in either order of arrival")
{
    const std::string text = script_of(1).octets;
    const std::string other = text.substr(0, 10) + "####" + text.substr(14);
    for (const bool late_first : {false, true}) {
        Stream stream;
        stream.syn();
        if (late_first) {
            stream.send(8, std::string_view{text}.substr(8));
            stream.send(0, std::string_view{other}.substr(0, 14));
        } else {
            stream.send(0, std::string_view{text}.substr(0, 14));
            stream.send(8, std::string_view{other}.substr(8));
        }
        CHECK(stream.facts.ambiguous);
        CHECK(stream.messages.size() == 1);
    }
}

TEST_CASE("what was acknowledged is not compared any more: a keep-alive's octet is anybody's")
{
    const Script script = script_of(1);
    Stream stream;
    stream.syn();
    stream.send(0, script.octets);
    CHECK(stream.tcp.compares(Side::client));
    stream.acknowledge(static_cast<std::uint32_t>(script.octets.size()));
    CHECK_FALSE(stream.tcp.compares(Side::client));
    stream.send(static_cast<std::uint32_t>(script.octets.size()) - 1, "?");
    CHECK_FALSE(stream.facts.ambiguous);
}

TEST_CASE("a hole that is never filled is passed over at the end, counted, and what stands behind it is read")
{
    const Script script = script_of(3);
    const std::string_view octets{script.octets};
    const std::size_t second = script.messages[0].size() + 2;
    const std::size_t third = second + script.messages[1].size() + 2;
    Stream stream;
    stream.syn();
    stream.send(0, octets.substr(0, second + 2));  // the second's length is known, its body is missing
    stream.send(static_cast<std::uint32_t>(third), octets.substr(third));
    CHECK(stream.messages.size() == 1);
    CHECK(stream.budget.held > 0);
    stream.tcp.finish(stream.facts);
    CHECK(stream.messages == std::vector{script.messages[0], script.messages[2]});
    CHECK(stream.gaps.count(GapKind::stream_missing) == 1);
    CHECK(stream.budget.held == 0);
}

TEST_CASE("no more segments, and no more octets, wait for a hole than the bounds say")
{
    for (const std::size_t size : {std::size_t{1}, std::size_t{4000}}) {
        Stream stream;
        stream.syn();
        const std::string text(size, 'x');
        std::size_t most = 0;
        for (std::uint32_t i = 0; i < 300; ++i) {
            stream.send(1 + i * 5000, text);
            most = std::max(most, stream.budget.held);
        }
        CHECK(most <= TcpStream::max_held_octets + size);
        CHECK(most <= (TcpStream::max_held_segments + 1) * size);
    }
}

TEST_CASE("one budget bounds all streams, and a stream that goes gives back what it held")
{
    StreamBudget budget;
    DissectContext context;
    GapCounters gaps;
    FlowFacts facts;
    {
        TcpStream stream{context, Port{53}, gaps, budget};
        Segment segment;
        const std::string text(100, 'x');
        segment.payload = as_octets(text);
        segment.payload_length = 100;
        segment.tcp_flags = TcpHeader::syn;
        segment.tcp_sequence = 0;
        stream.segment(Side::client, segment, facts);
        segment.tcp_flags = 0;
        segment.tcp_sequence = 5000;
        CHECK(stream.segment(Side::client, segment, facts));
        CHECK(budget.held == 100);
        budget.held += StreamBudget::max_octets;  // others hold the rest
        segment.tcp_sequence = 9000;
        CHECK(stream.segment(Side::client, segment, facts));
        CHECK(budget.held == StreamBudget::max_octets + 100);  // one went on, for the bound was reached
        CHECK(gaps.count(GapKind::stream_missing) == 1);
    }
    CHECK(budget.held == StreamBudget::max_octets);
}

TEST_CASE("octets that the capture cut are a gap where a name could have stood, not where nothing is read any more")
{
    const Script script = script_of(1);
    Stream stream;
    stream.syn();
    stream.cut(0, std::string_view{script.octets}.substr(0, 10), script.octets.size());
    CHECK(stream.gaps.count(GapKind::snap_length) == 1);
    stream.send(static_cast<std::uint32_t>(script.octets.size()), script.octets);
    CHECK(stream.messages == script.messages);  // the next message, for the length of the cut one was known

    Stream trimmed;
    trimmed.budget.trimmed = true;
    trimmed.syn();
    trimmed.cut(0, "", 100);
    CHECK(trimmed.gaps.gaps().empty());

    const auto hello = test::hex(
        "160303 002a | 02 000026 | 0303 00112233445566778899aabbccddeeff0011223344556677889"
        "9aabbccddeeff | 00 | 1301 | 00 | 170303");
    Stream tls{Port{443}};
    tls.put(0, as_text(hello), 1400, Side::server, TcpHeader::ack);
    CHECK(tls.facts.server.has_value());
    CHECK(tls.gaps.count(GapKind::snap_length) == 0);
}

TEST_CASE("a segment from far away in the number space is no repetition of what was read")
{
    const Script script = script_of(2);
    Stream stream;
    stream.syn();
    stream.send(0x7fffffff, "far");  // the farthest ahead
    stream.send(0x80000001, "far");  // the farthest behind but one
    stream.send(0x80000000, "far");  // as far either way: it counts as behind
    stream.send(0, script.octets);
    CHECK(stream.messages == script.messages);
    CHECK_FALSE(stream.facts.ambiguous);
}
