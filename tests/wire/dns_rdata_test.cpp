#include "wire/dns_rdata.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/support/octets.h"
#include "tests/wire/dns_builder.h"
#include "wire/dns_ech_config.h"
#include "wire/dns_event.h"

using namespace waybill;
using test::DnsBuilder;
using test::hex;

namespace {

constexpr const char* host = "04 68 6f 73 74 04 74 65 73 74 00 ";  // host.test

// RFC 9849, 4: one configuration with the public name "front.test".
constexpr const char* ech_list =
    "00 23 | fe 0d | 00 1f | 01 | 00 20 | 00 02 aa bb | 00 04 00 01 00 01 | 40 | 0a 66 72 6f 6e 74 2e 74 65 73 74 |"
    "00 04 | de ad be ef";

/// A message with one record, and the octets that it borrows.
class OneRecord {
public:
    OneRecord(dns::Type type, std::string_view rdata)
        : octets_{
              DnsBuilder{DnsBuilder::response}.question("example.com", type).answer("@", type, 60, hex(rdata)).octets()}
    {
        REQUIRE(dns::parse_message(octets_, message_).has_value());
    }
    const dns::Message& message() const { return message_; }
    const dns::Record& record() const { return message_.answers().front(); }

private:
    std::vector<std::byte> octets_;
    dns::Message message_;
};

}  // namespace

TEST_CASE("rdata is written as what it names")
{
    struct Row {
        const char* what;
        dns::Type type;
        std::string rdata;
        const char* text;
    };
    using enum dns::Type;
    const Row rows[] = {
        {"A", a, "c0 00 02 01", "192.0.2.1"},
        {"A of three octets", a, "c0 00 02", ""},
        {"AAAA", aaaa, "2001 0db8 0000 0000 0000 0000 0000 0001", "2001:db8::1"},
        {"AAAA of four octets", aaaa, "c0 00 02 01", ""},
        {"CNAME", cname, host, "host.test"},
        {"CNAME, compressed", cname, "01 78 c0 0c", "x.example.com"},
        {"CNAME with octets left over", cname, std::string{host} + "00", ""},
        {"CNAME without rdata", cname, "", ""},
        {"CNAME that runs past its rdata", cname, "04 68 6f 73 74", ""},
        {"NS", ns, host, "host.test"},
        {"PTR", ptr, host, "host.test"},
        {"DNAME", dname, host, "host.test"},
        {"MX", mx, std::string{"00 0a"} + host, "host.test"},
        {"MX without a name", mx, "00", ""},
        {"SRV", srv, std::string{"0001 0002 01bb"} + host, "host.test"},
        {"SOA", soa, std::string{host} + "c0 0c | 00000001 00000002 00000003 00000004 00000005", "host.test"},
        {"TXT", txt, "01 61 | 00 | 04 62 2e 5c ff", R"(ab.\\\255)"},
        {"TXT cut", txt, "05 61", ""},
        {"HTTPS alias", https, std::string{"00 00"} + host, "0 host.test"},
        {"HTTPS with hints", https,
         "00 01 | 00 | 0001 0003 02 68 32 | 0004 0008 c0000201 c0000202 | 0005 0001 00 |"
         "0006 0010 20010db8 00000000 00000000 00000001",
         "1 . ech ipv4hint=192.0.2.1,192.0.2.2 ipv6hint=2001:db8::1"},
        {"SVCB, damaged", svcb, "00 01 | 00 | 0004", ""},
        {"a type without a name in it", static_cast<dns::Type>(46), "00", ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const OneRecord one{row.type, row.rdata};
        CHECK(dns::rdata_text(one.message(), one.record()) == row.text);
    }
}

TEST_CASE("an address counts in class IN only")
{
    const auto octets =
        DnsBuilder{DnsBuilder::response}.record_class(3).answer("a.test", dns::Type::a, 1, hex("01020304")).octets();
    dns::Message message;
    REQUIRE(dns::parse_message(octets, message).has_value());
    CHECK_FALSE(dns::address_of(message, message.answers().front()).has_value());
}

TEST_CASE("a malformed service binding says what is wrong and where")
{
    using enum ParseError::Kind;
    struct Row {
        const char* what;
        const char* rdata;
        ParseError error;
    };
    const std::size_t start = 12 + 17 + 12;  // header, question, record up to its rdata
    const Row rows[] = {
        {"nothing", "", {truncated, start}},
        {"no target", "00 01", {truncated, start + 2}},
        {"a target that points at itself", "00 01 c0 2b", {pointer_loop, start + 2}},
        {"half a key", "00 01 00 00", {truncated, start + 3}},
        {"a value past the end", "00 01 00 0001 0002 61", {truncated, start + 7}},
        {"a key twice", "00 01 00 0001 0000 0001 0000", {bad_value, start + 7}},
        {"keys that descend", "00 01 00 0002 0000 0001 0000", {bad_value, start + 7}},
        {"an empty IPv4 hint", "00 01 00 0004 0000", {bad_value, start + 3}},
        {"an IPv4 hint of five octets", "00 01 00 0004 0005 0102030405", {bad_value, start + 3}},
        {"an IPv6 hint of four octets", "00 01 00 0006 0004 01020304", {bad_value, start + 3}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const OneRecord one{dns::Type::https, row.rdata};
        const auto binding = dns::read_service_binding(one.message(), one.record());
        REQUIRE_FALSE(binding.has_value());
        CHECK(binding.error() == row.error);
        CHECK_FALSE(dns::delivers_ech(one.message(), one.record()));
        CHECK_FALSE(dns::alias_of(one.message(), one.record()).has_value());
    }
    const OneRecord other{dns::Type::a, "c0000201"};
    CHECK(dns::read_service_binding(other.message(), other.record()).error().kind == unsupported);
}

TEST_CASE("a service binding delivers ECH when its parameter holds something")
{
    const OneRecord with{dns::Type::https, "00 01 00 0005 0001 00"};
    const OneRecord empty{dns::Type::https, "00 01 00 0005 0000"};
    const OneRecord alias{dns::Type::https, "00 00 00 0005 0001 00"};
    CHECK(dns::delivers_ech(with.message(), with.record()));
    CHECK_FALSE(dns::delivers_ech(empty.message(), empty.record()));
    CHECK_FALSE(dns::delivers_ech(alias.message(), alias.record()));
}

TEST_CASE("a service binding whose target is the owner is no alias")
{
    const OneRecord own{dns::Type::https, "00 01 00"};
    const OneRecord other{dns::Type::https, std::string{"00 01"} + host};
    CHECK_FALSE(dns::alias_of(own.message(), own.record()).has_value());
    CHECK(dns::alias_of(other.message(), other.record()).has_value());
}

TEST_CASE("types have the registry's mnemonics")
{
    CHECK(dns::type_text(dns::Type::https) == "HTTPS");
    CHECK(dns::type_text(dns::Type::any) == "ANY");
    CHECK(dns::type_text(static_cast<dns::Type>(32769)) == "DLV");
    CHECK(dns::type_text(static_cast<dns::Type>(1234)) == "TYPE1234");
    CHECK(dns::type_text(static_cast<dns::Type>(0)) == "TYPE0");
    CHECK(dns::registered_type_text(static_cast<dns::Type>(54)).empty());
}

TEST_CASE("events leave out the parameters of service bindings")
{
    const OneRecord one{dns::Type::https, "00 01 00 0005 0001 00"};
    dns::EventTeller teller;
    CHECK(teller.tell(one.message(), 0, Timestamp{}, Protocol::dns).answers.at(0).rdata.empty());
}

TEST_CASE("public names are read from ECH configurations")
{
    const auto octets = hex(ech_list);
    const auto names = dns::parse_ech_public_names(octets);
    REQUIRE(names.has_value());
    CHECK(*names == std::vector<std::string_view>{"front.test"});

    const auto other_version = hex("00 05 | fe 0a | 00 01 | 00");
    CHECK(dns::parse_ech_public_names(other_version)->empty());

    for (std::size_t size = 0; size < octets.size(); ++size)
        CHECK_FALSE(dns::parse_ech_public_names(Bytes{octets}.first(size)).has_value());
    const auto left_over = hex(std::string{ech_list} + "00");
    CHECK(dns::parse_ech_public_names(left_over).error() == ParseError{ParseError::Kind::bad_value, octets.size()});
    const auto short_contents = hex("00 05 | fe 0d | 00 01 | 01");
    CHECK(dns::parse_ech_public_names(short_contents).error().kind == ParseError::Kind::truncated);
}
