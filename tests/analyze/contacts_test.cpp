#include "analyze/contact/contacts.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "analyze/contact/endpoint_choice.h"
#include "tests/support/packet_builder.h"

using namespace waybill;
using test::at_second;

namespace {

Flow flow_of(std::uint64_t id, std::int64_t second, std::string_view server = "198.51.100.1", std::uint16_t port = 443)
{
    Flow flow;
    flow.id = id;
    flow.transport = Transport::tcp;
    flow.client = {IpAddress::parse("192.0.2.1").value(), Port{40000}};
    flow.server = {IpAddress::parse(server).value(), Port{port}};
    flow.first = at_second(second);
    flow.last = at_second(second + 1);
    flow.out = {1, 100, 80, 40};
    flow.in = {2, 200, 160, 80};
    flow.packets = {0, 0, id * 10, id * 10 + 5};
    return flow;
}

Flow named(Flow flow, std::string_view name, NameSource source = NameSource::tls_sni)
{
    flow.facts.add_name({std::string{name}, source, flow.first});
    return flow;
}

struct Table {
    GapCounters gaps;
    ContactTable contacts{gaps};
    Owner owner;

    std::uint64_t add(const Flow& flow, Resolution resolution = Resolution::not_asked)
    {
        const std::uint32_t place = contacts.settle({.facts = flow.facts,
                                                     .owner = owner,
                                                     .server = flow.server,
                                                     .transport = flow.transport,
                                                     .tunnelled = flow.tunnel_depth > 0});
        return contacts.add(place, {.id = flow.id,
                                    .first = flow.first,
                                    .last = flow.last,
                                    .out = flow.out,
                                    .in = flow.in,
                                    .packets = flow.packets,
                                    .server = flow.server.address,
                                    .protocol = flow.facts.protocol,
                                    .resolution = resolution,
                                    .ech = flow.facts.ech});
    }
};

}  // namespace

TEST_CASE("flows that share the copy of a name count by it, and by the server's address where that name is an address")
{
    Table table;
    const SharedText host{"a.example"};
    const SharedText address{"192.0.2.7"};
    const auto flow_with = [](std::uint64_t id, std::string_view server, const SharedText& name) {
        Flow flow = flow_of(id, static_cast<std::int64_t>(id), server);
        flow.facts.add_name({name, NameSource::tls_sni, flow.first});
        return flow;
    };
    CHECK(table.add(flow_with(1, "198.51.100.1", host)) == 1);
    CHECK(table.add(flow_with(2, "198.51.100.2", host)) == 1);
    CHECK(table.add(flow_with(3, "198.51.100.1", address)) == 2);
    CHECK(table.add(flow_with(4, "198.51.100.2", address)) == 3);
    CHECK(table.add(flow_with(5, "198.51.100.1", address)) == 2);
    Flow answered = flow_of(6, 6, "198.51.100.3");
    answered.facts.add_name({host, NameSource::dns_answer, answered.first});
    CHECK(table.add(answered) == 1);
    CHECK(table.add(flow_with(7, "198.51.100.9", host)) == 1);
}

TEST_CASE("flows without a name count by server, port, transport and depth, in whatever order they come")
{
    Table table;
    Flow udp = flow_of(5, 5);
    udp.transport = Transport::udp;
    Flow tunnelled = flow_of(6, 6);
    tunnelled.tunnel_depth = 1;
    CHECK(table.add(flow_of(1, 1)) == 1);
    CHECK(table.add(flow_of(2, 2)) == 1);
    CHECK(table.add(flow_of(3, 3, "198.51.100.2")) == 2);
    CHECK(table.add(flow_of(4, 4, "198.51.100.2", 8443)) == 3);
    CHECK(table.add(udp) == 4);
    CHECK(table.add(tunnelled) == 5);
    CHECK(table.add(flow_of(7, 7)) == 1);
    CHECK(table.add(flow_of(8, 8, "198.51.100.2")) == 2);
}

TEST_CASE("many names keep their contacts, each with and without an answer of DNS")
{
    Table table;
    std::vector<SharedText> names;
    names.reserve(1000);
    for (std::size_t i = 0; i < 1000; ++i)
        names.emplace_back("n" + std::to_string(i) + ".example");
    for (std::uint64_t round = 0; round < 3; ++round) {
        for (std::size_t i = 0; i < names.size(); ++i) {
            Flow flow = flow_of(round * names.size() + i + 1, static_cast<std::int64_t>(round));
            if (round == 1)
                flow.facts.add_name({names[i], NameSource::dns_answer, flow.first});
            flow.facts.add_name({names[i], NameSource::tls_sni, flow.first});
            CHECK(table.add(flow) == i + 1);
        }
    }
}

TEST_CASE("flows to one name and port are one contact, whatever the address and the name's case")
{
    Table table;
    CHECK(table.add(named(flow_of(1, 0), "A.example")) == 1);
    CHECK(table.add(named(flow_of(2, 5, "198.51.100.2"), "a.EXAMPLE.")) == 1);
    CHECK(table.add(named(flow_of(3, 6), "a.example", NameSource::http_host)) == 1);
    CHECK(table.add(named(flow_of(4, 7, "198.51.100.1", 8443), "a.example")) == 2);
    CHECK(table.add(named(flow_of(5, 8), "b.example")) == 3);
    CHECK(table.add(flow_of(6, 9)) == 4);
    Flow udp = named(flow_of(7, 9), "a.example", NameSource::quic_sni);
    udp.transport = Transport::udp;
    CHECK(table.add(udp) == 5);
    Flow inside = named(flow_of(8, 9), "a.example");
    inside.tunnel_depth = 1;
    CHECK(table.add(inside) == 6);
    table.owner.process = 9;
    CHECK(table.add(named(flow_of(9, 9), "a.example")) == 7);
    const auto contacts = table.contacts.finish();
    REQUIRE(contacts.size() == 7);
    const Contact& first = contacts[0];
    CHECK(first.endpoint.host == "a.example");
    CHECK(first.flow_count == 3);
    CHECK(first.flows == std::vector<std::uint64_t>{1, 2, 3});
    CHECK(first.out == Volume{3, 300, 240, 120});
    CHECK(first.in == Volume{6, 600, 480, 240});
    CHECK(first.first == at_second(0));
    CHECK(first.last == at_second(7));
    CHECK(first.name_sources == std::vector{NameSource::tls_sni, NameSource::http_host});
    CHECK(first.other_names.empty());
    CHECK_FALSE(contacts[3].endpoint.host.has_value());
    CHECK(contacts[5].tunnelled);
    CHECK(contacts[6].owner.process == 9);
}

TEST_CASE("a contact names its first sixteen flows by number, in whatever order they end")
{
    Table table;
    for (std::uint64_t id = 40; id > 0; --id)
        table.add(flow_of(id, static_cast<std::int64_t>(id)));
    const Contact contact = table.contacts.finish().at(0);
    REQUIRE(contact.flows.size() == Contact::kept_flows);
    for (std::uint64_t id = 1; id <= Contact::kept_flows; ++id)
        CHECK(contact.flows.at(id - 1) == id);
    CHECK(contact.flow_count == 40);
    CHECK(contact.packets.first == 10);
}

TEST_CASE("the times between a contact's flows are those of their beginnings, the mean over all of them")
{
    Table table;
    for (const std::int64_t second : {0, 100, 110, 40})
        table.add(flow_of(static_cast<std::uint64_t>(second + 1), second));
    const Contact contact = table.contacts.finish().at(0);
    REQUIRE(contact.intervals.has_value());
    CHECK(contact.intervals->shortest == std::chrono::seconds{10});
    CHECK(contact.intervals->median == std::chrono::seconds{40});
    CHECK(contact.intervals->longest == std::chrono::seconds{60});
    CHECK(contact.intervals->mean == std::chrono::nanoseconds{110'000'000'000 / 3});
    Table one;
    one.add(flow_of(1, 0));
    CHECK_FALSE(one.contacts.finish().at(0).intervals.has_value());
}

TEST_CASE("times at the two ends of what a time can be give an interval at its bound")
{
    Table table;
    Flow early = flow_of(1, 0);
    early.first = Timestamp::min();
    Flow late = flow_of(2, 0);
    late.first = Timestamp::max();
    table.add(early);
    table.add(late);
    CHECK(table.contacts.finish().at(0).intervals->longest == std::chrono::nanoseconds::max());
}

TEST_CASE("the address and the packets of a contact are those of the flow that began first, not of the first to end")
{
    Table table;
    table.add(named(flow_of(2, 9, "198.51.100.2"), "a.example"));
    table.add(named(flow_of(1, 3, "198.51.100.1"), "a.example"));
    const Contact contact = table.contacts.finish().at(0);
    CHECK(contact.endpoint.address.text() == "198.51.100.1");
    CHECK(contact.packets.first == 10);
}

TEST_CASE("the strongest source names a flow, one DNS answer does, several do not")
{
    Flow flow = flow_of(1, 0);
    CHECK_FALSE(choose_name(flow.facts).has_value());
    flow.facts.add_name({"d1.example", NameSource::dns_answer, {}});
    CHECK(choose_name(flow.facts)->name == "d1.example");
    flow.facts.add_name({"d2.example", NameSource::dns_answer, {}});
    CHECK_FALSE(choose_name(flow.facts).has_value());
    flow.facts.add_name({"s.test", NameSource::socks, {}});
    CHECK(choose_name(flow.facts)->name == "s.test");
    flow.facts.add_name({"192.0.2.9", NameSource::http_host, {}});
    flow.facts.add_name({"[2001:db8::1]", NameSource::http_host, {}});
    CHECK(choose_name(flow.facts)->name == "s.test");
    flow.facts.add_name({"h.example", NameSource::http_host, {}});
    CHECK(choose_name(flow.facts)->source == NameSource::http_host);
    flow.facts.add_name({"t.example", NameSource::tls_sni, {}});
    CHECK(choose_name(flow.facts)->name == "t.example");
}

TEST_CASE("several DNS answers are a contact's candidates, its address tells it")
{
    Table table;
    const Flow flow =
        named(named(flow_of(1, 0), "One.example", NameSource::dns_answer), "two.example", NameSource::dns_answer);
    table.add(flow, Resolution::answered);
    table.add(flow_of(2, 1));
    const Contact contact = table.contacts.finish().at(0);
    CHECK_FALSE(contact.endpoint.host.has_value());
    CHECK(contact.candidates == std::vector<std::string>{"one.example", "two.example"});
    CHECK(contact.resolution == Resolution::answered);
    CHECK(contact.flow_count == 2);
}

TEST_CASE("the port meant is that of the first target asked of a proxy")
{
    Flow flow = flow_of(1, 0, "198.51.100.1", 3128);
    CHECK(number(target_port(flow.facts, flow.server.port)) == 3128);
    struct Row {
        std::string_view target;
        std::uint16_t port;
    };
    const Row rows[] = {{"a.example:443", 443}, {"[2001:db8::1]:8443", 8443}, {"a.example", 3128},
                        {"a.example:", 3128},   {"a.example:99999", 3128},    {"a.example:44x", 3128}};
    for (const Row& row : rows) {
        CAPTURE(row.target);
        flow.facts.app().connect = {std::string{row.target}, "other.example:1"};
        CHECK(number(target_port(flow.facts, flow.server.port)) == row.port);
    }
    flow.facts.app().connect.clear();
    flow.facts.app().socks = {"s.test:22"};
    CHECK(number(target_port(flow.facts, flow.server.port)) == 22);
}

TEST_CASE("flows past the bound of contacts are counted, and those of known contacts are still theirs")
{
    Table table;
    for (std::size_t count = 0; count < ContactTable::max_contacts; ++count)
        table.add(named(flow_of(count + 1, 0), std::to_string(count)));
    CHECK(table.add(named(flow_of(90'000, 1), "one more")) == 0);
    CHECK(table.add(named(flow_of(90'001, 1), "7")) == 8);
    CHECK(table.gaps.count(GapKind::contacts_bound) == 1);
    CHECK(table.contacts.finish().size() == ContactTable::max_contacts);
}
