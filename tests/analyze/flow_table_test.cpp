#include "analyze/flow/flow_table.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <string_view>
#include <vector>

#include "analyze/flow/conversation.h"
#include "tests/support/packet_builder.h"
#include "wire/transport.h"

using namespace waybill;
using test::at_second;

namespace {

/// A segment of the flow with that number, from its client.
Segment segment_of(std::uint32_t flow, Timestamp time, std::uint8_t flags = TcpHeader::ack)
{
    std::array<std::byte, 4> client{std::byte{10}};
    for (std::size_t octet = 1; octet < 4; ++octet)
        client.at(octet) = static_cast<std::byte>(flow >> (8 * (3 - octet)) & 0xffU);
    Segment segment;
    segment.time = time;
    segment.source = IpAddress::from_octets(client);
    segment.destination = IpAddress::parse("192.0.2.1").value();
    segment.source_port = Port{static_cast<std::uint16_t>(flow)};
    segment.destination_port = Port{443};
    segment.transport = Transport::tcp;
    segment.protocol = 6;
    segment.tcp_flags = flags;
    return segment;
}

Segment answer_to(const Segment& segment, Timestamp time, std::uint8_t flags = TcpHeader::ack)
{
    Segment answer = segment;
    std::swap(answer.source, answer.destination);
    std::swap(answer.source_port, answer.destination_port);
    answer.time = time;
    answer.tcp_flags = flags;
    return answer;
}

/// A table driven as the analysis drives it, its ended flows noted.
struct Table {
    GapCounters gaps;
    std::vector<std::uint64_t> ended;  // ids, in order of their end
    std::map<std::uint64_t, std::uint64_t> packets;
    FlowTable flows;

    explicit Table(const FlowLimits& limits = {})
        : flows{limits,
                gaps,
                {.ended =
                     [this](FlowRecord& record) {
                         ended.push_back(record.id);
                         packets[record.id] = record.sent[0].packets + record.sent[1].packets;
                     },
                 .soon_ended = [](const FlowRecord&) {},
                 .sooner_ended = [](const FlowRecord&) {}}}
    {
    }
    bool none_ended_twice() const { return std::set(ended.begin(), ended.end()).size() == ended.size(); }
    std::uint64_t add(const Segment& segment)
    {
        const FlowTable::Look look = flows.look(segment);
        bool is_new = false;
        FlowRecord& record = flows.find_or_create(look, segment, is_new);
        const bool had_ended = record.ended();
        ++record.sent.at(index(look.keyed.sender)).packets;
        record.first = std::min(record.first, segment.time);
        record.last = std::max(record.last, segment.time);
        if (segment.has_flag(TcpHeader::syn) && !segment.has_flag(TcpHeader::ack) && !record.syn_seen) {
            record.syn_seen = true;
            record.initial_sequence = segment.tcp_sequence;
        }
        record.finished.at(index(look.keyed.sender)) |= segment.has_flag(TcpHeader::fin);
        record.reset |= segment.has_flag(TcpHeader::rst);
        if (!had_ended && record.ended())
            flows.bring_forward();
        return record.id;
    }
};

using Ids = std::vector<std::uint64_t>;

/// The numbers below `count`, in the same random order each time.
std::vector<std::uint32_t> shuffled(std::uint32_t count)
{
    std::vector<std::uint32_t> numbers(count);
    std::iota(numbers.begin(), numbers.end(), 0U);
    std::ranges::shuffle(numbers, std::mt19937{count});
    return numbers;
}

}  // namespace

TEST_CASE("both directions of a conversation are one flow, other ports, addresses and depths are others")
{
    Table table;
    const Segment first = segment_of(1, at_second(0));
    CHECK(table.add(first) == 1);
    CHECK(table.add(answer_to(first, at_second(1))) == 1);
    CHECK(table.add(segment_of(2, at_second(1))) == 2);
    Segment inside = first;
    inside.tunnel_depth = 1;
    CHECK(table.add(inside) == 3);
    Segment unreadable = first;
    unreadable.transport = Transport::other;
    CHECK(table.add(unreadable) == 4);
    CHECK(table.flows.open_flows() == 4);
    table.flows.finish();
    CHECK(table.ended == Ids{1, 2, 3, 4});
    CHECK(table.packets.at(1) == 2);
}

TEST_CASE("a conversation of an end with itself is one flow, told by its ports")
{
    Table table;
    Segment own = segment_of(1, at_second(0));
    own.destination = own.source;
    CHECK(table.add(own) == table.add(answer_to(own, at_second(0))));
    CHECK(key_of(own).sender != key_of(answer_to(own, at_second(0))).sender);
}

TEST_CASE("every flow is counted exactly, however many there are and in whatever order they end")
{
    for (const std::uint32_t count : {1'000U, 20'000U, 300'000U}) {
        CAPTURE(count);
        Table table;
        std::vector<std::uint64_t> ids(count);
        for (std::uint32_t flow = 0; flow < count; ++flow)
            ids.at(flow) = table.add(segment_of(flow, at_second(0)));
        for (const std::uint32_t flow : shuffled(count))  // half of them end with RST, in a random order of seconds
            if (flow % 2 == 0)
                table.add(segment_of(flow, at_second(flow % 50), TcpHeader::rst));
        table.add(segment_of(count, at_second(50 + 62)));  // RSTs of the first 51 seconds are over by now
        CHECK(table.ended.size() == (count + 1) / 2);
        std::uint32_t wrong = 0;
        for (std::uint32_t flow = 1; flow < count; flow += 2)
            wrong += table.add(segment_of(flow, at_second(113))) != ids.at(flow) ? 1U : 0U;
        CHECK(wrong == 0);
        table.flows.finish();
        CHECK(table.ended.size() == count + 1);
        CHECK(table.none_ended_twice());
        const auto has_all = [&](const auto& entry) { return entry.second == (entry.first > count ? 1 : 2); };
        CHECK(std::ranges::all_of(table.packets, has_all));
        CHECK(table.gaps.gaps().empty());
    }
}

TEST_CASE("against a plain map, a small table with many beginnings and ends agrees at every step")
{
    FlowLimits limits;
    limits.tcp_idle = std::chrono::seconds{20};
    limits.after_end = std::chrono::seconds{3};
    Table table{limits};
    std::mt19937 random{7};
    struct Known {
        std::uint64_t id = 0;
        std::int64_t last = 0;
        bool reset = false;
    };
    std::map<std::uint32_t, Known> reference;
    std::uint64_t next_id = 1;
    std::uint32_t wrong = 0;
    std::int64_t second = 0;
    for (int step = 0; step < 200'000; ++step) {
        second += random() % 100 == 0 ? 1 : 0;
        const auto flow = static_cast<std::uint32_t>(random() % 9000);
        const bool reset = random() % 3 == 0;
        Known& known = reference[flow];
        const std::int64_t idle = known.reset ? 3 : 20;
        if (known.id == 0 || second > known.last + idle)
            known = {next_id++, second, false};
        known.last = second;
        known.reset |= reset;
        wrong += table.add(segment_of(flow, at_second(second), reset ? TcpHeader::rst : TcpHeader::ack)) != known.id;
    }
    CHECK(wrong == 0);
    table.flows.finish();
    CHECK(table.ended.size() == next_id - 1);
}

TEST_CASE("flows end in packet time: idle ones after their transport's time, in the second after it")
{
    Table table;
    table.add(segment_of(1, at_second(0, 999'999'999)));
    Segment udp = segment_of(2, at_second(0));
    udp.transport = Transport::udp;
    udp.protocol = 17;
    table.add(udp);
    table.add(segment_of(3, at_second(300)));
    CHECK(table.ended.empty());
    table.add(segment_of(3, at_second(301)));
    CHECK(table.ended == Ids{2});
    table.add(segment_of(3, at_second(3600)));
    CHECK(table.ended == Ids{2});
    table.add(segment_of(3, at_second(3601)));
    CHECK(table.ended == Ids{2, 1});
}

TEST_CASE("RST, or FIN from both ends, ends a flow a minute after its last packet")
{
    struct Row {
        std::string_view what;
        std::uint8_t client;
        std::uint8_t server;
        bool ends;
    };
    const Row rows[] = {
        {"nothing", TcpHeader::ack, TcpHeader::ack, false},
        {"one FIN", TcpHeader::fin, TcpHeader::ack, false},
        {"two FINs", TcpHeader::fin, TcpHeader::fin, true},
        {"RST from the client", TcpHeader::rst, TcpHeader::ack, true},
        {"RST from the server", TcpHeader::ack, TcpHeader::rst, true},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        Table table;
        const Segment first = segment_of(1, at_second(0), row.client);
        table.add(first);
        table.add(answer_to(first, at_second(5), row.server));
        table.add(segment_of(1, at_second(10)));  // a straggler still belongs to it
        table.add(segment_of(2, at_second(70)));
        CHECK(table.ended.empty());
        table.add(segment_of(2, at_second(71)));
        CHECK(table.ended.size() == (row.ends ? 1 : 0));
    }
}

TEST_CASE("a SYN with another number begins a new flow after the end or in an established one, a repeated SYN does not")
{
    constexpr std::uint8_t syn = TcpHeader::syn;
    const auto with_number = [](Segment segment, std::uint32_t sequence) {
        segment.tcp_sequence = sequence;
        return segment;
    };
    Table table;
    const Segment open = with_number(segment_of(1, at_second(0), syn), 1000);
    CHECK(table.add(open) == 1);
    CHECK(table.add(with_number(segment_of(1, at_second(1), syn), 1000)) == 1);  // sent again
    CHECK(table.add(answer_to(open, at_second(1), syn | TcpHeader::ack)) == 1);
    CHECK(table.add(with_number(segment_of(1, at_second(2), syn), 1000)) == 1);
    CHECK(table.add(with_number(segment_of(1, at_second(3), syn), 2000)) == 2);  // the end was not seen
    CHECK(table.ended == Ids{1});
    table.add(answer_to(open, at_second(4), TcpHeader::rst));
    CHECK(table.add(with_number(segment_of(1, at_second(5), syn), 2000)) == 2);  // refused, and tried again
    CHECK(table.add(with_number(segment_of(1, at_second(6), syn), 3000)) == 3);
    CHECK(table.add(with_number(segment_of(1, at_second(7)), 3001)) == 3);
}

TEST_CASE("at the bound the flow nearest to its end goes first, and is a gap unless it had ended")
{
    FlowLimits limits;
    limits.max_flows = 3;
    Table table{limits};
    table.add(segment_of(1, at_second(0)));
    table.add(segment_of(2, at_second(1)));
    table.add(segment_of(3, at_second(2)));
    table.add(segment_of(1, at_second(9)));  // seen again: 2 is now the oldest
    table.add(segment_of(4, at_second(10)));
    CHECK(table.ended == Ids{2});
    CHECK(table.gaps.count(GapKind::flows_bound) == 1);
    table.add(segment_of(1, at_second(11), TcpHeader::rst));
    table.add(segment_of(5, at_second(12)));
    CHECK(table.ended == Ids{2, 1});
    CHECK(table.gaps.count(GapKind::flows_bound) == 1);
    CHECK(table.flows.open_flows() == 3);
}

TEST_CASE("many more flows than the bound are still each counted once")
{
    FlowLimits limits;
    limits.max_flows = 1000;
    Table table{limits};
    for (std::uint32_t flow = 0; flow < 100'000; ++flow)
        table.add(segment_of(flow, at_second(flow / 10'000)));
    table.flows.finish();
    CHECK(table.ended.size() == 100'000);
    CHECK(table.gaps.count(GapKind::flows_bound) == 99'000);
    CHECK(std::ranges::is_sorted(table.ended));  // the least recently seen first
}

TEST_CASE("at the end the open flows end by number, however many have ended between them")
{
    for (const std::uint32_t between : {1U, 100U, 10'000U}) {
        CAPTURE(between);
        Table table;
        for (std::uint32_t flow = 0; flow < 8 * between; ++flow) {
            const bool stays = flow % between == 0;
            table.add(segment_of(flow, at_second(flow / 100), stays ? TcpHeader::ack : TcpHeader::rst));
        }
        table.ended.clear();
        table.flows.finish();
        CHECK(table.ended.size() >= 8);
        CHECK(std::ranges::is_sorted(table.ended));
    }
}

TEST_CASE("time may jump anywhere: no flow is lost, none ends twice")
{
    using namespace std::chrono;
    const Timestamp times[] = {at_second(0),          Timestamp{},      at_second(1),      Timestamp::max(),
                               at_second(2),          Timestamp::min(), at_second(10'000), Timestamp{},
                               at_second(3),          Timestamp::max(), Timestamp::min(),  at_second(4),
                               Timestamp{} - hours{1}};
    Table table;
    std::uint32_t flow = 0;
    std::uint64_t packets = 0;
    for (int round = 0; round < 3; ++round)
        for (const Timestamp time : times) {
            table.add(segment_of(++flow % 5, time));
            table.add(segment_of(1000 + flow, time));
            packets += 2;
        }
    table.flows.finish();
    CHECK(table.ended.size() == table.flows.flows_begun());
    CHECK(table.none_ended_twice());
    std::uint64_t counted = 0;
    for (const auto& [id, count] : table.packets)
        counted += count;
    CHECK(counted == packets);
}

TEST_CASE("a jump over the whole wheel ends what was idle and keeps what was not")
{
    Table table;
    table.add(segment_of(1, at_second(0)));
    table.add(segment_of(2, at_second(4095)));
    CHECK(table.ended == Ids{1});
    table.add(segment_of(3, at_second(4095 + 5000)));
    CHECK(table.ended == Ids{1, 2});
    table.add(segment_of(4, at_second(1'000'000)));
    CHECK(table.ended == Ids{1, 2, 3});
}

TEST_CASE("the order in which flows end depends on the packets alone")
{
    const auto run = [] {
        FlowLimits limits;
        limits.max_flows = 500;
        Table table{limits};
        std::mt19937 random{3};
        for (int step = 0; step < 20'000; ++step)
            table.add(segment_of(static_cast<std::uint32_t>(random() % 2000), at_second(step / 7),
                                 random() % 4 == 0 ? TcpHeader::rst : TcpHeader::ack));
        table.flows.finish();
        return table.ended;
    };
    CHECK(run() == run());
}
