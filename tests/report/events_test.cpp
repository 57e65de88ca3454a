#include "report/events.h"

#include <doctest/doctest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/report/sample_report.h"

using namespace waybill;
using Json = nlohmann::json;

namespace {

/// The one line that `write` writes, without its end.
template <typename Write>
std::string line_of(Write write)
{
    std::string out;
    EventWriter writer{[&](std::string_view lines) { out += lines; }};
    write(writer);
    writer.flush();
    REQUIRE(out.ends_with('\n'));
    out.pop_back();
    REQUIRE_FALSE(out.contains('\n'));
    return out;
}

Flow small_flow()
{
    Flow flow;
    flow.id = 7;
    flow.contact = 3;
    flow.transport = Transport::tcp;
    flow.protocol_number = 6;
    flow.client = {*IpAddress::parse("10.0.0.2"), Port{40'000}};
    flow.server = {*IpAddress::parse("2001:db8::1"), Port{443}};
    flow.client_by_handshake = true;
    flow.first = test::start;
    flow.last = test::start + std::chrono::nanoseconds{1};
    flow.out = {1, 114, 100, 60};
    flow.in = {2, 228, 200, 120};
    flow.packets = {0, 0, 4, 9};
    return flow;
}

std::string flow_line(const Flow& flow, const Owner& owner = {})
{
    return line_of([&](EventWriter& writer) { writer.flow(flow, owner); });
}

}  // namespace

TEST_CASE("the header tells the format, the version and the bounds in their order")
{
    CHECK(line_of([](EventWriter& writer) { writer.header({{"flows", 10}, {"contacts", 2}}); }) ==
          R"({"type":"header","v":1,"format":"waybill-events","waybill":")" WAYBILL_VERSION
          R"(","bounds":{"flows":10,"contacts":2}})");
}

TEST_CASE("a flow of which nothing was recognised has its members in their order, null where nothing is known")
{
    CHECK(flow_line(small_flow()) ==
          R"({"type":"flow","v":1,"id":7,"transport":"tcp","client":{"address":"10.0.0.2","port":40000},)"
          R"("server":{"address":"2001:db8::1","port":443},"client_by_handshake":true,)"
          R"("first":"2026-11-22T19:18:41.000000000Z","last":"2026-11-22T19:18:41.000000001Z",)"
          R"("packets":{"out":1,"in":2},"wire_bytes":{"out":114,"in":228},"ip_bytes":{"out":100,"in":200},)"
          R"("payload_bytes":{"out":60,"in":120},"protocol":null,"names":[],)"
          R"("owner":{"process":null,"quality":"none","reason":null},"tunnel_depth":0,)"
          R"("packet":{"file":0,"first":4,"last":9},"contact":3})");
}

TEST_CASE("a flow's TLS facts are told, two hellos as two")
{
    Flow flow = small_flow();
    flow.facts.protocol = Protocol::tls;
    flow.facts.hello = HelloState::complete;
    flow.facts.ech = EchState::outer_name_stands;
    flow.facts.names = {{"api.example", NameSource::dns_answer, test::start, true},
                        {"api.example", NameSource::tls_sni, test::start, false}};
    for (const char* version : {"a", "b"}) {
        HelloFingerprint hello;
        hello.version = 0x0304;
        hello.alpn = {"h2", "http/1.1"};
        hello.ja4 = std::string("ja4") + version;
        flow.facts.hellos.add({std::make_shared<const HelloFingerprint>(hello), Md5{std::byte{0xab}}});
    }
    flow.facts.server = ServerHelloFacts{0x0303, "h2"};
    const Json json = Json::parse(flow_line(flow));
    CHECK(json["protocol"] == "tls");
    CHECK(json["names"] == Json::parse(R"([
        {"name":"api.example","source":"dns-answer","at":"2026-11-22T19:18:41.000000000Z","after_ttl":true},
        {"name":"api.example","source":"tls-sni","at":"2026-11-22T19:18:41.000000000Z"}])"));
    CHECK(json["tls"] == Json::parse(R"({
        "version":"TLS 1.3","alpn":[["h2","http/1.1"],["h2","http/1.1"]],"ja3":["ab000000000000000000000000000000","ab000000000000000000000000000000"],
        "ja4":["ja4a","ja4b"],"ech":"outer name stands","hello":"complete",
        "server":{"version":"TLS 1.2","alpn":"h2"}})"));
}

TEST_CASE("a hello alone is told as it is beside another, with a JA3 of its own and without one")
{
    const auto hello = std::make_shared<HelloFingerprint>();
    hello->version = 0x0303;
    hello->alpn = {"h2", "\x1b\""};
    hello->ja4 = "t12d";
    const auto nothing = std::make_shared<const HelloFingerprint>();  // neither protocols nor JA4
    struct Row {
        ClientHelloFacts hello;
        const char* tls;
    };
    const Row rows[] = {
        {{hello, Md5{std::byte{1}}},
         R"({"version":"TLS 1.2","alpn":[["h2","\u001b\""]],"ja3":["01000000000000000000000000000000"],"ja4":["t12d"],)"
         R"("ech":null,"hello":"complete"})"},
        {{hello, Md5{std::byte{2}}},
         R"({"version":"TLS 1.2","alpn":[["h2","\u001b\""]],"ja3":["02000000000000000000000000000000"],"ja4":["t12d"],)"
         R"("ech":null,"hello":"complete"})"},
        {{hello, std::nullopt},
         R"({"version":"TLS 1.2","alpn":[["h2","\u001b\""]],"ja3":[],"ja4":["t12d"],"ech":null,"hello":"complete"})"},
        {{nothing, Md5{}},
         R"({"version":null,"alpn":[],"ja3":["00000000000000000000000000000000"],"ja4":[],"ech":null,"hello":"complete"})"},
        {{nothing, std::nullopt}, R"({"version":null,"alpn":[],"ja3":[],"ja4":[],"ech":null,"hello":"complete"})"}};
    std::string out;
    EventWriter writer{[&](std::string_view lines) { out += lines; }};
    std::string expected;
    for (const Row& row : rows) {
        Flow flow = small_flow();
        flow.facts.protocol = Protocol::tls;
        flow.facts.hello = HelloState::complete;
        flow.facts.hellos.add(row.hello);
        writer.flow(flow, {});
        const std::string plain = flow_line(small_flow());
        const std::size_t owner = plain.find(R"("owner")");
        expected += plain.substr(0, plain.find("null,\"names")) + R"("tls","names":[],"tls":)" + row.tls + "," +
                    plain.substr(owner) + "\n";
    }
    writer.flush();
    CHECK(out == expected);
}

TEST_CASE("more fingerprints than are kept are each told as they are, also when others took their place")
{
    constexpr std::uint16_t count = 5'000;
    std::vector<Flow> flows(count);
    for (std::uint16_t number = 0; number < count; ++number) {
        HelloFingerprint hello;
        hello.version = number;
        hello.ja4 = "ja4-" + std::to_string(number);
        flows[number].facts.hellos.add({std::make_shared<const HelloFingerprint>(hello), Md5{}});
    }
    std::string out;
    EventWriter writer{[&](std::string_view lines) { out += lines; }};
    for (int round = 0; round < 2; ++round)
        for (const Flow& flow : flows)
            writer.flow(flow, {});
    writer.flush();
    std::istringstream lines{out};
    std::string line;
    for (int round = 0; round < 2; ++round)
        for (std::uint16_t number = 0; number < count; ++number) {
            REQUIRE(std::getline(lines, line));
            REQUIRE(line.contains(R"("ja4":["ja4-)" + std::to_string(number) + R"("])"));
        }
}

TEST_CASE("an address that another fingerprint had before does not tell that one")
{
    std::string out;
    EventWriter writer{[&](std::string_view lines) { out += lines; }};
    for (int number = 0; number < 100; ++number) {  // each is gone before the next one comes
        HelloFingerprint hello;
        hello.ja4 = "ja4-" + std::to_string(number);
        Flow flow = small_flow();
        flow.facts.hellos.add({std::make_shared<const HelloFingerprint>(hello), Md5{}});
        out.clear();
        writer.flow(flow, {});
        writer.flush();
        REQUIRE(out.contains('"' + hello.ja4 + '"'));
    }
}

TEST_CASE("what QUIC offers for the inner name stands in its own member")
{
    Flow flow = small_flow();
    flow.facts.protocol = Protocol::quic;
    flow.facts.hello = HelloState::complete;
    flow.facts.ech = EchState::offered;
    flow.facts.hellos.add({std::make_shared<const HelloFingerprint>(), Md5{}});
    const Json json = Json::parse(flow_line(flow));
    CHECK(json["tls"]["ech"].is_null());
    CHECK(json["quic"] == Json{{"ech", "offered"}});
}

TEST_CASE("what only some flows have is left out of the others")
{
    Flow flow = small_flow();
    flow.transport = Transport::other;
    flow.protocol_number = 47;
    flow.contact = 0;
    flow.facts.ambiguous = true;
    flow.packets = {0, 1, 4, 2};
    flow.facts.app().http_methods = {"GET"};
    flow.facts.app().requests = 3;
    flow.facts.app().connect = {"a.example:443"};
    flow.facts.app().socks = {"b.example:443"};
    flow.facts.app().ssh = {"SSH-2.0-x"};
    const Json json = Json::parse(flow_line(flow, {5, MatchQuality::exact, "because"}));
    CHECK(json["ip_protocol"] == 47);
    CHECK(json["contact"].is_null());
    CHECK(json["ambiguous"] == true);
    CHECK(json["packet"] == Json{{"file", 0}, {"first", 4}, {"last_file", 1}, {"last", 2}});
    CHECK(json["http"] == Json{{"methods", {"GET"}}, {"requests", 3}});
    CHECK(json["connect"] == Json{"a.example:443"});
    CHECK(json["socks"] == Json{"b.example:443"});
    CHECK(json["ssh"] == Json{"SSH-2.0-x"});
    CHECK(json["owner"] == Json{{"process", 5}, {"quality", "exact"}, {"reason", "because"}});
    CHECK_FALSE(json.contains("tls"));
    const Json plain = Json::parse(flow_line(small_flow()));
    for (const char* member : {"ip_protocol", "ambiguous", "http", "connect", "socks", "ssh", "tls"})
        CHECK_FALSE(plain.contains(member));
}

TEST_CASE("a DNS message is told with its questions and answers")
{
    DnsEvent event;
    event.flow = 2;
    event.at = test::start;
    event.response = true;
    event.rcode = 3;
    event.questions = {{"a.example", "A"}};
    event.answers = {{"a.example", "A", "192.0.2.1", 60}};
    CHECK(line_of([&](EventWriter& writer) { writer.dns(event); }) ==
          R"({"type":"dns","v":1,"flow":2,"at":"2026-11-22T19:18:41.000000000Z","response":true,"rcode":3,)"
          R"("questions":[{"name":"a.example","qtype":"A"}],)"
          R"("answers":[{"name":"a.example","rtype":"A","rdata":"192.0.2.1","ttl":60}],"dissector":"dns"})");
}

TEST_CASE("a contact is told with what the rules say of it")
{
    RatedContact rated = test::contact("api.acme.example", 1'000,
                                       test::cited("acme/api", {Purpose::telemetry, Purpose::feature_flag}, "Both."));
    rated.contact.id = 3;
    rated.contact.other_names = {"inner.example"};
    rated.contact.outer_name_only = 1;
    rated.contact.tunnelled = true;
    rated.contact.tls = std::make_shared<const TlsTraits>(
        TlsTraits{{{"h2", "http/1.1"}}, {"h2"}, {"t13d1516h2_8daaf6152771_02713d6af862"}, true});
    const Json json = Json::parse(line_of([&](EventWriter& writer) { writer.contact(rated.contact, rated.rating); }));
    CHECK(json == Json::parse(R"({"type":"contact","v":1,"id":3,"process":null,
        "owner":{"process":null,"quality":"namespace",
                 "reason":"everything in this network namespace is the command's tree"},
        "endpoint":{"host":"api.acme.example","address":"198.18.0.1","port":443,"transport":"tcp"},
        "name_source":"tls-sni","other_names":["inner.example"],"resolution":"answered",
        "purposes":["telemetry","feature-flag"],"vendor":"Acme","rule":"acme/api","flow_count":1,"flows":[1],
        "packets":{"out":10,"in":8},"wire_bytes":{"out":1140,"in":1112},"ip_bytes":{"out":1000,"in":1000},
        "payload_bytes":{"out":900,"in":680},"first":"2026-11-22T19:18:41.280000000Z",
        "last":"2026-11-22T19:18:42.280000000Z",
        "tls":{"alpn_offered":[["h2","http/1.1"]],"alpn_chosen":["h2"],
               "ja4":["t13d1516h2_8daaf6152771_02713d6af862"],"more":true},"outer_name_only":1,"tunnelled":true})"));
}

TEST_CASE("a contact with several possible names tells all and chooses none")
{
    RatedContact rated = test::address_contact("192.0.2.1", 10);
    rated.contact.candidates = {"a.example", "b.example"};
    const Json json = Json::parse(line_of([&](EventWriter& writer) { writer.contact(rated.contact, rated.rating); }));
    CHECK(json["endpoint"]["host"].is_null());
    CHECK(json["name_source"].is_null());
    CHECK(json["candidates"] == Json{"a.example", "b.example"});
    CHECK(json["purposes"] == Json{"unknown"});
    CHECK(json["rule"].is_null());
}

TEST_CASE("a gap is told with its count, its meaning and the claims that it limits")
{
    CHECK(line_of([](EventWriter& writer) { writer.gap({GapKind::hello_truncated, 2, {}}); }) ==
          R"({"type":"gap","v":1,"kind":"hello-truncated","count":2,)"
          R"("meaning":"client hellos of which the end is missing","limits":"which name","detail":null})");
}

TEST_CASE("the last line tells the totals")
{
    CHECK(line_of([](EventWriter& writer) { writer.capture({2, 300, 1, test::start, std::nullopt, {"a.pcapng"}}); }) ==
          R"({"type":"capture","v":1,"packets":2,"wire_bytes":300,"first":"2026-11-22T19:18:41.000000000Z",)"
          R"("last":null,"dropped":1,"files":["a.pcapng"]})");
}

TEST_CASE("hostile text stands escaped in a line")
{
    Flow flow = small_flow();
    const std::string hostile = "a\x1b[2J\n\"\\\x7f\xc2\x9b\xe2\x80\xae\xff";
    flow.facts.names = {{hostile, NameSource::http_host, test::start, false}};
    flow.facts.app().ssh = {hostile};
    const std::string line = flow_line(flow);
    for (const char octet : line) {
        const auto value = static_cast<unsigned char>(octet);
        CHECK((value >= 0x20 && value != 0x7f && value != 0xff));
    }
    CHECK_FALSE(line.contains("\xc2\x9b"));
    CHECK_FALSE(line.contains("\xe2\x80\xae"));
    const Json json = Json::parse(line);
    const std::string expected = hostile.substr(0, hostile.size() - 1) + "\xef\xbf\xbd";
    CHECK(json["names"][0]["name"] == expected);
    CHECK(json["ssh"][0] == expected);
}

TEST_CASE("lines are handed on whole, many at a time")
{
    std::vector<std::string> handed;
    EventWriter writer{[&](std::string_view lines) { handed.emplace_back(lines); }};
    for (int i = 0; i < 1'000; ++i)
        writer.flow(small_flow(), {});
    writer.capture({});
    std::size_t lines = 0;
    for (const std::string& part : handed) {
        CHECK(part.ends_with('\n'));
        lines += static_cast<std::size_t>(std::ranges::count(part, '\n'));
    }
    CHECK(lines == 1'001);
    CHECK(handed.size() > 1);
    CHECK(handed.size() < 100);
}
