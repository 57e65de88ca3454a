// What flows send in the phases of a recording.
#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

#include "analyze/analysis.h"
#include "analyze/flow/phase_ledger.h"
#include "tests/support/octets.h"
#include "tests/support/packet_builder.h"

using namespace waybill;
using test::at_second;
using test::Peer;

namespace {

constexpr Peer client{"192.0.2.10", 40000};
constexpr Peer server{"198.51.100.7", 4433};

struct Sent {
    std::int64_t second = 0;
    std::uint16_t port = client.port;
};

struct Row {
    std::uint32_t phase = 0;
    std::uint64_t flows = 0;
    std::uint64_t begun = 0;
    std::uint64_t out = 0;  ///< packets
    std::uint64_t in = 0;

    friend bool operator==(const Row&, const Row&) = default;
};

/// A datagram out and one in for each entry, in this order; phases begin in these seconds.
AnalysisResult analyze(const std::vector<Sent>& sent, const std::vector<std::int64_t>& begins)
{
    AnalysisOptions options;
    for (const std::int64_t second : begins)
        options.phases.push_back(at_second(second));
    Analysis analysis{options, {}};
    std::uint64_t number = 0;
    for (const Sent& each : sent) {
        const auto payload = test::hex("00010203");
        const Peer from{client.address, each.port};
        const auto out = test::packet_of(test::udp_frame(from, server, payload), at_second(each.second));
        const auto in = test::packet_of(test::udp_frame(server, from, payload), at_second(each.second, 1000));
        for (const auto& packet : {out, in})
            analysis.add(packet.view(), {0, ++number});
    }
    return analysis.finish();
}

std::vector<Row> rows_of(const AnalysisResult& result)
{
    std::vector<Row> rows;
    REQUIRE(result.contacts.size() == 1);
    for (const PhaseVolume& each : result.contacts.front().phases) {
        rows.push_back({each.phase, each.flows, each.begun, each.out.packets, each.in.packets});
        CHECK(each.out.payload_bytes == 4 * each.out.packets);
        CHECK(each.in.ip_bytes == 32 * each.in.packets);
    }
    return rows;
}

}  // namespace

TEST_CASE("each packet counts to the phase in whose time it is, wherever its flow began and wherever it stands")
{
    struct Case {
        const char* what;
        std::vector<Sent> sent;
        std::vector<std::int64_t> begins;
        std::vector<Row> rows;
    };
    const std::vector<Case> cases{
        {"nothing divides it", {{10}, {20}}, {}, {}},
        {"one flow in three phases",
         {{10}, {20}, {21}, {30}},
         {15, 25},
         {{0, 1, 1, 1, 1}, {1, 1, 0, 2, 2}, {2, 1, 0, 1, 1}}},
        {"a phase without a packet", {{10}, {30}}, {15, 25}, {{0, 1, 1, 1, 1}, {2, 1, 0, 1, 1}}},
        {"a packet at the very moment is of what begins", {{10}, {15}}, {15}, {{0, 1, 1, 1, 1}, {1, 1, 0, 1, 1}}},
        {"two flows to one endpoint", {{10}, {20, 40001}, {21}}, {15}, {{0, 1, 1, 1, 1}, {1, 2, 1, 2, 2}}},
        {"everything before the first mark", {{10}, {11}}, {15}, {{0, 1, 1, 2, 2}}},
        {"everything behind it", {{20}, {21}}, {15}, {{1, 1, 1, 2, 2}}},
        {"packets that stand behind a later phase's",
         {{10}, {20}, {12}, {21}, {13}},
         {15},
         {{0, 1, 1, 3, 3}, {1, 1, 0, 2, 2}}},
        {"a flow's first packet stands behind its second's phase",
         {{20}, {12}},
         {15},
         {{0, 1, 1, 1, 1}, {1, 1, 0, 1, 1}}},
        {"phases that begin at once", {{10}, {20}}, {15, 15}, {{0, 1, 1, 1, 1}, {2, 1, 0, 1, 1}}},
        {"a flow that had ended long before", {{10}, {1000, 40001}}, {15}, {{0, 1, 1, 1, 1}, {1, 1, 1, 1, 1}}},
    };
    for (const Case& each : cases) {
        CAPTURE(each.what);
        CHECK(rows_of(analyze(each.sent, each.begins)) == each.rows);
    }
}

TEST_CASE("the phases of a contact add up to what it sent and received")
{
    std::vector<Sent> sent;
    for (std::int64_t i = 0; i < 200; ++i)
        sent.push_back({10 + i * 7 % 90, static_cast<std::uint16_t>(40000 + i % 9)});
    const AnalysisResult result = analyze(sent, {20, 40, 41, 77});
    REQUIRE(result.contacts.size() == 1);
    const Contact& contact = result.contacts.front();
    CHECK(contact.phases.size() == 5);
    PhaseVolume sum;
    for (const PhaseVolume& volume : contact.phases)
        sum += volume;
    CHECK(sum.out == contact.out);
    CHECK(sum.in == contact.in);
    CHECK(sum.begun == contact.flow_count);
    CHECK(result.gaps.count(GapKind::phases_bound) == 0);
}

TEST_CASE("without phases, and at the ends of what times can say, nothing is divided")
{
    for (const std::int64_t begin : {std::int64_t{0}, std::int64_t{15}}) {
        CAPTURE(begin);
        AnalysisOptions options;
        if (begin != 0)
            options.phases = {at_second(begin)};
        Analysis analysis{options, {}};
        const auto payload = test::hex("00010203");
        std::uint64_t number = 0;
        for (const Timestamp time : {Timestamp::min(), Timestamp::max(), Timestamp::max()}) {
            const auto packet = test::packet_of(test::udp_frame(client, server, payload), time);
            analysis.add(packet.view(), {0, ++number});
        }
        const AnalysisResult result = analysis.finish();
        std::uint64_t packets = 0;
        for (const Contact& contact : result.contacts)
            for (const PhaseVolume& volume : contact.phases)
                packets += volume.out.packets;
        CHECK(packets == (begin == 0 ? 0 : 3));
        CHECK(result.gaps.count(GapKind::phases_bound) == 0);
    }
}

TEST_CASE("what is beyond the bound of parts counts to no phase, and to no other one")
{
    GapCounters gaps;
    FlowTable flows{{}, gaps, {[](FlowRecord&) {}, [](const FlowRecord&) {}, [](const FlowRecord&) {}}};
    PhaseLedger ledger{{at_second(15), at_second(25)}, gaps, 1};
    FlowRecord record;
    record.id = 1;
    const SentCounts one{1, 60, 46, 4};
    record.sent[0] = one;
    ledger.advance(at_second(20), flows);  // no flow of the table's is open
    ledger.add_earlier(record, End::low, one, at_second(10));
    record.sent[0].packets = 2;
    const auto parts = ledger.take(record);
    REQUIRE(parts.size() == 1);
    CHECK(parts.front().phase == 0);
    CHECK(parts.front().sent[0].packets == 1);
    CHECK(gaps.count(GapKind::phases_bound) == 1);
    CHECK(ledger.take(record).size() == 1);  // what is forgotten makes room
}
