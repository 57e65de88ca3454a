#include "wire/dns_message.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/support/octets.h"
#include "tests/wire/dns_builder.h"
#include "wire/dns_event.h"
#include "wire/dns_rdata.h"

using namespace waybill;
using test::DnsBuilder;
using test::hex;

namespace {

constexpr const char* query_wire =
    "12 34 | 01 00 | 00 01 | 00 00 | 00 00 | 00 00 | 07 65 78 61 6d 70 6c 65 03 63 6f 6d 00 | 00 01 | 00 01";

std::vector<std::byte> full_response()
{
    return DnsBuilder{DnsBuilder::response}
        .question("www.example.com", dns::Type::a)
        .answer("@", dns::Type::cname, 300, DnsBuilder::name_octets("edge.example"))
        .answer("edge.example", dns::Type::a, 60, hex("c0 00 02 01"))
        .authority("example", dns::Type::ns, 3600, DnsBuilder::name_octets("ns.example"))
        .additional("ns.example", dns::Type::aaaa, 3600, hex("20010db8 00000000 00000000 00000053"))
        .octets();
}

}  // namespace

TEST_CASE("the smallest query is read")
{
    const auto octets = hex(query_wire);
    dns::Message message;
    REQUIRE(dns::parse_message(octets, message).has_value());
    CHECK(message.header == dns::Header{.id = 0x1234,
                                        .rcode = 0,
                                        .opcode = dns::Opcode::query,
                                        .response = false,
                                        .authoritative = false,
                                        .truncated = false,
                                        .recursion_desired = true,
                                        .recursion_available = false});
    REQUIRE(message.questions.size() == 1);
    CHECK(message.questions[0] == dns::Question{.name = 12, .type = dns::Type::a, .qclass = 1});
    CHECK(message.records.empty());
    CHECK(message.damage == dns::Damage::none);
    CHECK(message.trailing_octets == 0);
}

TEST_CASE("each flag of the header stands for itself")
{
    struct Row {
        const char* flags;
        dns::Header header;
    };
    dns::Header base{.id = 1,
                     .rcode = 0,
                     .opcode = dns::Opcode::query,
                     .response = false,
                     .authoritative = false,
                     .truncated = false,
                     .recursion_desired = false,
                     .recursion_available = false};
    const auto with = [&](auto change) {
        dns::Header header = base;
        change(header);
        return header;
    };
    const Row rows[] = {
        {"80 00", with([](dns::Header& h) { h.response = true; })},
        {"28 00", with([](dns::Header& h) { h.opcode = dns::Opcode::update; })},
        {"78 00", with([](dns::Header& h) { h.opcode = static_cast<dns::Opcode>(15); })},
        {"04 00", with([](dns::Header& h) { h.authoritative = true; })},
        {"02 00", with([](dns::Header& h) { h.truncated = true; })},
        {"01 00", with([](dns::Header& h) { h.recursion_desired = true; })},
        {"00 80", with([](dns::Header& h) { h.recursion_available = true; })},
        {"00 0f", with([](dns::Header& h) { h.rcode = 15; })},
        {"00 70", base},
    };
    for (const Row& row : rows) {
        CAPTURE(row.flags);
        const auto octets = hex("00 01 " + std::string{row.flags} + " 0000 0000 0000 0000");
        dns::Message message;
        REQUIRE(dns::parse_message(octets, message).has_value());
        CHECK(message.header == row.header);
    }
}

TEST_CASE("records stand in their sections")
{
    const auto octets = full_response();
    dns::Message message;
    REQUIRE(dns::parse_message(octets, message).has_value());
    REQUIRE(message.answers().size() == 2);
    REQUIRE(message.authority().size() == 1);
    REQUIRE(message.additional().size() == 1);
    CHECK(message.answers()[0].name == 33);
    CHECK(message.answers()[0].ttl == 300);
    CHECK(message.answers()[1].type == dns::Type::a);
    CHECK(as_text(message.rdata(message.answers()[1])).size() == 4);
    CHECK(message.authority()[0].type == dns::Type::ns);
    CHECK(message.additional()[0].rdata_octets == 16);
}

TEST_CASE("EDNS extends the response code")
{
    DnsBuilder builder{DnsBuilder::response | 0x1};
    const auto octets = builder.question("example.com", dns::Type::a)
                            .record_class(1232)
                            .additional(".", dns::Type::opt, 0x01008000, {})
                            .octets();
    dns::Message message;
    REQUIRE(dns::parse_message(octets, message).has_value());
    CHECK(message.header.rcode == 17);
}

TEST_CASE("a malformed message says what is wrong and where, and keeps what was whole")
{
    using enum ParseError::Kind;
    struct Row {
        const char* what;
        std::string wire;
        ParseError error;
        std::size_t questions;
        std::size_t records;
    };
    const std::string header = "12 34 | 81 80 | 00 01 | 00 02 | 00 00 | 00 00 | ";
    const std::string question = "01 61 00 | 00 01 | 00 01 | ";
    const std::string answer = "c0 0c | 00 01 | 00 01 | 00 00 00 3c | 00 04 | 01 02 03 04 | ";
    const Row rows[] = {
        {"nothing", "", {truncated, 0}, 0, 0},
        {"half a header", "12 34 81 80 00 01 00", {truncated, 6}, 0, 0},
        {"no question", header, {truncated, 12}, 0, 0},
        {"half a question", header + "01 61 00 | 00 01 | 00", {truncated, 17}, 0, 0},
        {"a question with a reserved label", header + "41 61 00 0001 0001", {bad_value, 12}, 0, 0},
        {"a question's name pointing at itself", header + "c0 0c 0001 0001", {pointer_loop, 12}, 0, 0},
        {"answers missing", header + question, {truncated, 19}, 1, 0},
        {"one answer missing", header + question + answer, {truncated, 35}, 1, 1},
        {"rdata past the end",
         header + question + answer + "c00c 0001 0001 00000000 0005 01020304",
         {truncated, 47},
         1,
         1},
        {"an owner that points forwards",
         header + question + answer + "c0 30 0001 0001 00000000 0000",
         {pointer_loop, 35},
         1,
         1},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto octets = hex(row.wire);
        dns::Message message;
        const auto read = dns::parse_message(octets, message);
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error() == row.error);
        CHECK(message.error == row.error);
        CHECK(message.damage == dns::Damage::malformed);
        CHECK(message.questions.size() == row.questions);
        CHECK(message.records.size() == row.records);
    }
}

TEST_CASE("every prefix of a message is damaged, and cut where the capture was")
{
    const auto whole = full_response();
    dns::Message message;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto part = Bytes{whole}.first(size);
        CHECK_FALSE(dns::parse_message(part, whole.size(), message).has_value());
        CHECK(message.damage == dns::Damage::cut);
        CHECK_FALSE(dns::parse_message(part, message).has_value());
        CHECK(message.damage == dns::Damage::malformed);
        dns::EventTeller teller;
        CHECK(teller.tell(message, 7, Timestamp{}, Protocol::dns).answers.size() <= 2);
    }
}

TEST_CASE("a broken name is malformed in a cut capture too")
{
    const auto octets = hex("12 34 01 00 00 01 00 00 00 00 00 00 | 80");
    dns::Message message;
    CHECK_FALSE(dns::parse_message(octets, 100, message).has_value());
    CHECK(message.damage == dns::Damage::malformed);
}

TEST_CASE("octets behind the last record are counted")
{
    const auto octets = hex(std::string{query_wire} + "00 00 00");
    dns::Message message;
    REQUIRE(dns::parse_message(octets, message).has_value());
    CHECK(message.trailing_octets == 3);
    CHECK(message.damage == dns::Damage::none);
}

TEST_CASE("a message object read into again keeps nothing of the last message")
{
    const auto first = full_response();
    const auto second = hex(query_wire);
    dns::Message again;
    dns::Message fresh;
    REQUIRE(dns::parse_message(first, again).has_value());
    REQUIRE(dns::parse_message(second, again).has_value());
    REQUIRE(dns::parse_message(second, fresh).has_value());
    CHECK(again.header == fresh.header);
    CHECK(again.questions == fresh.questions);
    CHECK(again.records.empty());
    CHECK(again.answers().empty());
    CHECK(again.authority().empty());
}

TEST_CASE("mDNS uses the class's top bit for itself")
{
    const auto octets = DnsBuilder{0x8400}
                            .question("host.test", dns::Type::any, 0x8001)
                            .record_class(0x8001)
                            .answer("host.test", dns::Type::a, 120, hex("c0 00 02 07"))
                            .octets();
    dns::Message message;
    REQUIRE(dns::parse_message(octets, message).has_value());
    CHECK(message.questions[0].qclass == 0x8001);
    CHECK(message.questions[0].class_number() == 1);
    CHECK(message.answers()[0].class_number() == 1);
    CHECK(dns::rdata_text(message, message.answers()[0]) == "192.0.2.7");
}

TEST_CASE("DNS on a foreign port is recognised strictly")
{
    const auto flags_changed = [](const char* flags) {
        auto octets = hex(query_wire);
        const auto replacement = hex(flags);
        octets[2] = replacement[0];
        octets[3] = replacement[1];
        return octets;
    };
    struct Row {
        const char* what;
        std::vector<std::byte> octets;
        bool is_dns;
    };
    std::string netbios = "12 34 01 10 00 01 00 00 00 00 00 00 20 ";
    for (int i = 0; i < 16; ++i)
        netbios += "43 41 ";
    netbios += "00 00 20 00 01";
    const Row rows[] = {
        {"a query", hex(query_wire), true},
        {"a response", full_response(), true},
        {"nothing", {}, false},
        {"a header with zeros only", hex("0000 0000 0000 0000 0000 0000"), false},
        {"the reserved bit", flags_changed("01 40"), false},
        {"an opcode that nobody assigned", flags_changed("19 00"), false},
        {"a query with a response code", flags_changed("01 03"), false},
        {"a query that offers recursion", flags_changed("01 80"), false},
        {"octets left over", hex(std::string{query_wire} + "00"), false},
        {"an unknown type", DnsBuilder{DnsBuilder::query}.question("a.test", static_cast<dns::Type>(9999)).octets(),
         false},
        {"an unknown class", DnsBuilder{DnsBuilder::query}.question("a.test", dns::Type::a, 77).octets(), false},
        {"an mDNS question", DnsBuilder{0}.question("a.test", dns::Type::a, 0x8001).octets(), true},
        {"two questions", DnsBuilder{0}.question("a.test", dns::Type::a).question("b.test", dns::Type::a).octets(),
         false},
        {"a query with an answer",
         DnsBuilder{0}.question("a.test", dns::Type::a).answer("@", dns::Type::a, 1, hex("01020304")).octets(), false},
        {"NetBIOS", hex(netbios), false},
    };
    dns::Message scratch;
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK(dns::looks_like_dns(row.octets, scratch) == row.is_dns);
    }
}

TEST_CASE("an event holds the questions and the answer section")
{
    const auto octets = full_response();
    dns::Message message;
    REQUIRE(dns::parse_message(octets, message).has_value());
    dns::EventTeller teller;
    const DnsEvent& event = teller.tell(message, 7, Timestamp{}, Protocol::dns);
    CHECK(event.flow == 7);
    CHECK(event.response);
    CHECK(event.dissector == Protocol::dns);
    REQUIRE(event.questions.size() == 1);
    CHECK(event.questions[0].name == "www.example.com");
    CHECK(event.questions[0].qtype == "A");
    REQUIRE(event.answers.size() == 2);
    CHECK(event.answers[0].rtype == "CNAME");
    CHECK(event.answers[0].rdata == "edge.example");
    CHECK(event.answers[1].name == "edge.example");
    CHECK(event.answers[1].rdata == "192.0.2.1");
    CHECK(event.answers[1].ttl == 60);
}

TEST_CASE("an update has neither questions nor answers")
{
    const auto octets = DnsBuilder{0x2800}
                            .question("example.com", dns::Type::soa)
                            .answer("www.example.com", dns::Type::cname, 0, {})
                            .octets();
    dns::Message message;
    REQUIRE(dns::parse_message(octets, message).has_value());
    dns::EventTeller teller;
    const DnsEvent& event = teller.tell(message, 7, Timestamp{}, Protocol::dns);
    CHECK(event.questions.empty());
    CHECK(event.answers.empty());
}

TEST_CASE("an event has nothing of the one that was told before it")
{
    const auto first = full_response();
    const auto second = DnsBuilder{DnsBuilder::query}.question("b.example", static_cast<dns::Type>(1234)).octets();
    dns::EventTeller teller;
    dns::Message message;
    REQUIRE(dns::parse_message(first, message).has_value());
    CHECK(teller.tell(message, 7, Timestamp{}, Protocol::dns).answers.size() == 2);
    REQUIRE(dns::parse_message(second, message).has_value());
    const DnsEvent& event = teller.tell(message, 8, Timestamp{} + std::chrono::seconds{1}, Protocol::mdns);
    CHECK(event.flow == 8);
    CHECK(event.at == Timestamp{} + std::chrono::seconds{1});
    CHECK_FALSE(event.response);
    CHECK(event.dissector == Protocol::mdns);
    REQUIRE(event.questions.size() == 1);
    CHECK(event.questions[0].name == "b.example");
    CHECK(event.questions[0].qtype == "TYPE1234");
    CHECK(event.answers.empty());
    CHECK(event.services.empty());
}

TEST_CASE("an event tells names with escapes beside plain ones, and after them")
{
    dns::EventTeller teller;
    for (const char* const escaped : {R"(a\.b.example)", R"(\000\255.example)"}) {
        const auto octets = DnsBuilder{DnsBuilder::query}
                                .question("plain.example", dns::Type::a)
                                .question(escaped, dns::Type::a)
                                .question(".", dns::Type::ns)
                                .octets();
        dns::Message message;
        REQUIRE(dns::parse_message(octets, message).has_value());
        for (int round = 0; round < 2; ++round) {
            const DnsEvent& event = teller.tell(message, 1, Timestamp{}, Protocol::dns);
            REQUIRE(event.questions.size() == 3);
            CHECK(event.questions[0].name == "plain.example");
            CHECK(event.questions[1].name == escaped);
            CHECK(event.questions[2].name == ".");
        }
    }
}

TEST_CASE("each record of an event has its own name, pointer or not")
{
    const auto octets = DnsBuilder{DnsBuilder::response}
                            .question("a.example", dns::Type::a)
                            .question("A.example", dns::Type::srv)
                            .answer("@", dns::Type::a, 1, hex("c0 00 02 01"))
                            .answer("A.example", dns::Type::a, 2, hex("c0 00 02 02"))
                            .answer("@", dns::Type::srv, 3, hex("0000 0000 01bb 01 62 00"))
                            .octets();
    dns::Message message;
    REQUIRE(dns::parse_message(octets, message).has_value());
    dns::EventTeller teller;
    const DnsEvent& event = teller.tell(message, 1, Timestamp{}, Protocol::dns);
    REQUIRE(event.answers.size() == 2);
    CHECK(event.answers[0].name == "a.example");
    CHECK(event.answers[0].rdata == "192.0.2.1");
    CHECK(event.answers[1].name == "A.example");
    CHECK(event.answers[1].rdata == "192.0.2.2");
    REQUIRE(event.services.size() == 1);
    CHECK(event.services[0].name == "a.example");
    CHECK(event.services[0].target == "b");
    CHECK(event.services[0].port == 443);
}
