#include "wire/dns_write.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/support/octets.h"
#include "tests/wire/dns_builder.h"
#include "wire/dns_event.h"

using namespace waybill;
using test::DnsBuilder;
using test::hex;

namespace {

dns::AnswerPolicy policy()
{
    return {.addresses_of = [](std::string_view name) -> std::optional<dns::NameAddresses> {
                if (name == "both.test")
                    return dns::NameAddresses{.v4 = IpAddress::parse("198.18.0.7"),
                                              .v6 = IpAddress::parse("2001:2::7")};
                if (name == "four.test")
                    return dns::NameAddresses{.v4 = IpAddress::parse("198.18.0.8"), .v6 = std::nullopt};
                return std::nullopt;
            },
            .ttl = std::chrono::seconds{30}};
}

/// The response as an event; the octets may go.
const DnsEvent& answer(const std::vector<std::byte>& query, dns::EventTeller& teller)
{
    const auto response = dns::answer_query(query, policy());
    REQUIRE(response.has_value());
    dns::Message message;
    REQUIRE(dns::parse_message(*response, message).has_value());
    CHECK(message.trailing_octets == 0);
    CHECK(message.header.response);
    CHECK(message.header.recursion_available);
    return teller.tell(message, 0, Timestamp{}, Protocol::dns);
}

}  // namespace

TEST_CASE("an address query gets one address, octet for octet")
{
    const auto query =
        hex("ab cd | 01 10 | 00 01 | 00 00 | 00 00 | 00 00 | 04 42 6f 54 68 04 74 65 73 74 00 | 00 01 | 00 01");
    const auto response = dns::answer_query(query, policy());
    REQUIRE(response.has_value());
    CHECK(*response == hex("ab cd | 81 90 | 00 01 | 00 01 | 00 00 | 00 00 |"
                           "04 42 6f 54 68 04 74 65 73 74 00 | 00 01 | 00 01 |"
                           "c0 0c | 00 01 | 00 01 | 00 00 00 1e | 00 04 | c6 12 00 07"));
}

TEST_CASE("each type gets its answer")
{
    struct Row {
        const char* what;
        const char* name;
        dns::Type type;
        std::uint16_t rcode;
        const char* rdata;  // nothing: no answer
    };
    using enum dns::Type;
    const Row rows[] = {
        {"A", "both.test", a, 0, "198.18.0.7"},
        {"AAAA", "both.test", aaaa, 0, "2001:2::7"},
        {"AAAA that the name has not", "four.test", aaaa, 0, nullptr},
        {"HTTPS", "both.test", https, 0, nullptr},
        {"SVCB", "both.test", svcb, 0, nullptr},
        {"TXT", "both.test", txt, 0, nullptr},
        {"ANY", "both.test", any, 0, nullptr},
        {"a type without a mnemonic", "both.test", static_cast<dns::Type>(4711), 0, nullptr},
        {"an unknown name", "no.test", a, 3, nullptr},
        {"PTR", "7.0.18.198.in-addr.arpa", ptr, 3, nullptr},
        {"AXFR", "both.test", axfr, 5, nullptr},
        {"IXFR", "both.test", ixfr, 5, nullptr},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        dns::EventTeller teller;
        const DnsEvent& event = answer(DnsBuilder{DnsBuilder::query}.question(row.name, row.type).octets(), teller);
        CHECK(event.rcode == row.rcode);
        REQUIRE(event.questions.size() == 1);
        CHECK(event.questions[0].name == row.name);
        REQUIRE(event.answers.size() == (row.rdata == nullptr ? 0 : 1));
        if (row.rdata != nullptr) {
            CHECK(event.answers[0].rdata == row.rdata);
            CHECK(event.answers[0].name == row.name);
            CHECK(event.answers[0].ttl == 30);
        }
    }
}

TEST_CASE("EDNS is answered where it was asked with")
{
    const auto with_opt = [](std::uint32_t ttl) {
        return DnsBuilder{DnsBuilder::query}
            .question("both.test", dns::Type::a)
            .record_class(4096)
            .additional(".", dns::Type::opt, ttl, hex("000a 0008 0102030405060708"))
            .octets();
    };
    const auto response = dns::answer_query(with_opt(0x00008000), policy());
    REQUIRE(response.has_value());
    dns::Message message;
    REQUIRE(dns::parse_message(*response, message).has_value());
    REQUIRE(message.additional().size() == 1);
    CHECK(message.additional()[0].type == dns::Type::opt);
    CHECK(message.additional()[0].rclass == 1232);
    CHECK(message.additional()[0].ttl == 0x00008000);
    CHECK(message.additional()[0].rdata_octets == 0);
    CHECK(message.answers().size() == 1);

    dns::EventTeller teller;
    const DnsEvent& version_1 = answer(with_opt(0x00010000), teller);
    CHECK(version_1.rcode == 16);
    CHECK(version_1.answers.empty());
}

TEST_CASE("what cannot be answered gets the code that says why")
{
    struct Row {
        const char* what;
        std::vector<std::byte> query;
        std::uint16_t rcode;
    };
    const Row rows[] = {
        {"STATUS", DnsBuilder{0x1000}.question("both.test", dns::Type::a).octets(), 4},
        {"UPDATE", DnsBuilder{0x2800}.question("both.test", dns::Type::soa).octets(), 4},
        {"class CHAOS", DnsBuilder{0}.question("version.bind", dns::Type::txt, 3).octets(), 5},
        {"no question", DnsBuilder{0}.octets(), 1},
        {"two questions",
         DnsBuilder{0}.question("both.test", dns::Type::a).question("both.test", dns::Type::aaaa).octets(), 1},
        {"two OPT records",
         DnsBuilder{0}
             .question("both.test", dns::Type::a)
             .additional(".", dns::Type::opt, 0, {})
             .additional(".", dns::Type::opt, 0, {})
             .octets(),
         1},
        {"half a question", hex("abcd 0100 0001 0000 0000 0000 | 04 62"), 1},
        {"a name that points into the header", hex("abcd 0100 0001 0000 0000 0000 | 01 61 c0 04 | 0001 0001"), 1},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        dns::EventTeller teller;
        const DnsEvent& event = answer(row.query, teller);
        CHECK(event.rcode == row.rcode);
        CHECK(event.answers.empty());
    }
}

TEST_CASE("a response is never answered, nor fewer octets than a header")
{
    const auto query = DnsBuilder{DnsBuilder::query}.question("both.test", dns::Type::a).octets();
    CHECK_FALSE(
        dns::answer_query(DnsBuilder{DnsBuilder::response}.question("both.test", dns::Type::a).octets(), policy())
            .has_value());
    for (std::size_t size = 0; size < query.size(); ++size) {
        const auto response = dns::answer_query(Bytes{query}.first(size), policy());
        CHECK(response.has_value() == (size >= dns::header_octets));
        if (response)
            CHECK(response->size() == dns::header_octets);
    }
}

TEST_CASE("the time to live is kept within 31 bits")
{
    auto clamped = policy();
    clamped.ttl = std::chrono::seconds{0x100000000};
    const auto query = DnsBuilder{DnsBuilder::query}.question("both.test", dns::Type::a).octets();
    const auto response = dns::answer_query(query, clamped);
    REQUIRE(response.has_value());
    dns::Message message;
    REQUIRE(dns::parse_message(*response, message).has_value());
    CHECK(message.answers()[0].ttl == 0x7fffffff);
}
