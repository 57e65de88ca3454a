// Whose flows are, where the recording knows whose sockets were.
#include <doctest/doctest.h>

#include <vector>

#include "analyze/analysis.h"
#include "analyze/owner/owner_index.h"
#include "tests/support/octets.h"
#include "tests/support/packet_builder.h"

using namespace waybill;
using test::at_second;
using test::Peer;

namespace {

constexpr Peer client{"192.0.2.10", 40000};
constexpr Peer server{"198.51.100.7", 4433};

SocketRecord socket(std::uint64_t number, std::int64_t second, std::uint64_t process)
{
    SocketRecord record;
    record.at = at_second(second);
    record.socket = number;
    record.protocol = 17;
    record.local = {*IpAddress::parse(client.address), Port{client.port}};
    record.remote = {*IpAddress::parse(server.address), Port{server.port}};
    record.creator = record.user = process;
    return record;
}

struct Found {
    std::vector<std::uint64_t> packets_out;  // of each flow
    std::vector<Contact> contacts;
};

/// A datagram each way in each of these seconds.
Found analyze(const Owners& owners, const std::vector<std::int64_t>& seconds)
{
    Found found;
    const OwnerIndex index{owners};
    AnalysisOptions options;
    options.owners = &index;
    Analysis analysis{options, {[&](const Flow& flow) { found.packets_out.push_back(flow.out.packets); }, {}}};
    std::uint64_t number = 0;
    for (const std::int64_t second : seconds) {
        const auto payload = test::hex("00010203");
        const auto out = test::packet_of(test::udp_frame(client, server, payload), at_second(second));
        const auto in = test::packet_of(test::udp_frame(server, client, payload), at_second(second, 1000));
        for (const auto& packet : {out, in})
            analysis.add(packet.view(), {0, ++number});
    }
    found.contacts = analysis.finish().contacts;
    return found;
}

}  // namespace

TEST_CASE("datagrams between the same ends are another flow once another process's socket has taken them over")
{
    Owners owners;
    owners.sockets = {socket(5, 10, 1), socket(6, 20, 2)};
    const Found found = analyze(owners, {10, 15, 20, 25});
    CHECK(found.packets_out == std::vector<std::uint64_t>{2, 2});
    REQUIRE(found.contacts.size() == 2);
    CHECK(found.contacts[0].owner.process == 1);
    CHECK(found.contacts[1].owner.process == 2);
    CHECK(found.contacts[0].owner.quality == MatchQuality::exact);
}

TEST_CASE("datagrams of one process's socket stay one flow, and one that nobody knows has an owner of none")
{
    Owners owners;
    owners.sockets = {socket(5, 10, 1), socket(6, 20, 1)};
    CHECK(analyze(owners, {10, 15, 20, 25}).packets_out.size() == 1);
    const Found found = analyze({}, {10});
    REQUIRE(found.contacts.size() == 1);
    CHECK(found.contacts[0].owner.process == 0);
    CHECK(found.contacts[0].owner.quality == MatchQuality::none);
}
