#include "rules/pattern.h"

#include <doctest/doctest.h>

#include <string>

using namespace waybill;
using namespace waybill::rules;

namespace {

HostPattern pattern(std::string_view text)
{
    const auto parsed = HostPattern::parse(text);
    REQUIRE_MESSAGE(parsed.has_value(), std::string{text});
    return *parsed;
}

Hostname host(std::string_view text)
{
    return Hostname::parse(text).value();
}

}  // namespace

TEST_CASE("a host pattern matches what its grammar says and nothing else")
{
    struct Row {
        const char* pattern;
        const char* host;
        bool matches;
    };
    const Row rows[] = {
        {"api.example.com", "api.example.com", true},
        {"API.Example.com", "api.example.COM", true},
        {"api.example.com", "api.example.com.", true},
        {"api.example.com", "x.api.example.com", false},
        {"api.example.com", "example.com", false},
        {"*.example.com", "a.example.com", true},
        {"*.example.com", "a.b.c.example.com", true},
        {"*.example.com", "example.com", false},
        {"*.example.com", "badexample.com", false},
        {"o*.ingest.example.com", "o12.ingest.example.com", true},
        {"o*.ingest.example.com", "o.ingest.example.com", true},
        {"o*.ingest.example.com", "o1.x.ingest.example.com", false},
        {"o*.ingest.example.com", "p1.ingest.example.com", false},
        {"a*b*c.example.com", "abbbc.example.com", true},
        {"a*b*c.example.com", "abbbcb.example.com", false},
        {"*a.example.com", "banana.example.com", true},
        {"x.*.example.com", "x.y.example.com", true},
        {"x.*.example.com", "x.example.com", false},
        {"{region}.log.example.com", "eu-1.log.example.com", true},
        {"{region}.log.example.com", "a.eu-1.log.example.com", false},
        {"{region}.log.example.com", "log.example.com", false},
        {"*.{region}.log.example.com", "a.b.eu-1.log.example.com", true},
        {"*.{region}.log.example.com", "eu-1.log.example.com", false},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string{row.pattern});
        CAPTURE(std::string{row.host});
        CHECK(pattern(row.pattern).matches(host(row.host)) == row.matches);
    }
}

TEST_CASE("text that is no host pattern says what is wrong and where")
{
    using enum PatternError::Kind;
    struct Row {
        std::string text;
        PatternError error;
    };
    const Row rows[] = {
        {"", {empty, 0}},
        {"*.exa mple.com", {bad_character, 5}},
        {"https://example.com", {bad_character, 5}},
        {"example.com:443", {bad_character, 11}},
        {".example.com", {empty_label, 0}},
        {"a..example.com", {empty_label, 2}},
        {"example.com.", {empty_label, 11}},
        {"**.example.com", {bad_wildcard, 0}},
        {"a**.example.com", {bad_wildcard, 1}},
        {"{}.example.com", {bad_wildcard, 1}},
        {"{region.example.com", {bad_wildcard, 6}},
        {"{1a}.example.com", {bad_wildcard, 1}},
        {"x{region}.example.com", {bad_wildcard, 1}},
        {"*", {too_broad, 0}},
        {"example.*", {too_broad, 8}},
        {"*.{tld}", {too_broad, 2}},
        {"192.0.2.1", {is_address, 0}},
        {"2001:db8::1", {is_address, 0}},
        {"*.2.1", {is_address, 4}},
        {std::string(64, 'a') + ".example", {too_long, 63}},
        {std::string(254, 'a'), {too_long, 253}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const auto parsed = HostPattern::parse(row.text);
        REQUIRE_FALSE(parsed.has_value());
        CHECK(parsed.error() == row.error);
        CHECK_FALSE(text(parsed.error().kind).empty());
    }
}

TEST_CASE("the more specific pattern compares greater")
{
    const char* const from_weak_to_strong[] = {
        "*.com",
        "*.example.com",
        "*.longerexample.com",
        "*.ingest.example.com",
        "*.{region}.ingest.example.com",
        "{region}.com",
        "{region}.example.com",
        "o*.example.com",
        "o*.ingest.example.com",
        "example.com",
        "a.example.com",
    };
    const char* before = nullptr;
    for (const char* text : from_weak_to_strong) {
        CAPTURE(std::string{text});
        if (before != nullptr)
            CHECK(pattern(before).specificity() < pattern(text).specificity());
        before = text;
    }
}

TEST_CASE("levels rank as the policy and the rules need it, and conditions decide last")
{
    using enum Specificity::Level;
    CHECK(any < purpose);
    CHECK(purpose < vendor);
    CHECK(vendor < registrable_domain);
    CHECK(registrable_domain < suffix);
    CHECK(suffix < label_wildcard);
    CHECK(label_wildcard < exact_host);
    CHECK(address_range < exact_address);
    Specificity one = pattern("a.example.com").specificity();
    Specificity two = one;
    two.conditions = 1;
    CHECK(one < two);
    one = pattern("aa.example.com").specificity();
    CHECK(two < one);
}

TEST_CASE("the literal tail is what every match ends in")
{
    CHECK(pattern("a.example.com").literal_tail() == "a.example.com");
    CHECK(pattern("*.example.com").literal_tail() == "example.com");
    CHECK(pattern("o*.ingest.example.com").literal_tail() == "ingest.example.com");
    CHECK(pattern("*.{region}.a*.example.com").literal_tail() == "example.com");
}

TEST_CASE("every prefix of a pattern is a pattern or an error")
{
    constexpr std::string_view whole = "*.{region}.o*x.example.com";
    for (std::size_t length = 0; length <= whole.size(); ++length) {
        const auto parsed = HostPattern::parse(whole.substr(0, length));
        if (parsed)
            CHECK(parsed->text() == whole.substr(0, length));
    }
}

TEST_CASE("ports and transports are read and checked")
{
    CHECK(parse_port_range("443")->text() == "443");
    CHECK(parse_port_range("8000-8100")->text() == "8000-8100");
    CHECK(parse_port_range("8000-8100")->contains(Port{8100}));
    CHECK_FALSE(parse_port_range("8000-8100")->contains(Port{8101}));
    for (const char* bad : {"", "0", "65536", "-1", "80-", "-80", "90-80", "80-90-100", " 80", "80 ", "+80"})
        CHECK_FALSE(parse_port_range(bad).has_value());
    CHECK(parse_transport("udp") == Transport::udp);
    CHECK_FALSE(parse_transport("UDP").has_value());
    CHECK_FALSE(parse_transport("other").has_value());
}

TEST_CASE("an endpoint is read from text and written the same")
{
    for (const char* text :
         {"api.example.com", "api.example.com:443", "api.example.com:443/tcp", "time.example/udp", "192.0.2.1",
          "192.0.2.1:53", "::", "2001:db8::1", "[2001:db8::1]:443", "[2001:db8::1]:443/udp"}) {
        CAPTURE(std::string{text});
        const auto endpoint = parse_endpoint(text);
        REQUIRE(endpoint.has_value());
        CHECK(rules::text(*endpoint) == text);
    }
}

TEST_CASE("text that is no endpoint says what is wrong")
{
    using enum EndpointError;
    struct Row {
        std::string_view bad;
        EndpointError error;
    };
    const Row rows[] = {
        {"", empty},
        {"-", bad_host},
        {"--:443", bad_host},
        {"-._", bad_host},
        {"https://example.com/", is_url},
        {":443", bad_host},
        {"/udp", bad_host},
        {"a b", bad_host},
        {"[example.com]:443", bad_host},
        {"[192.0.2.1]:443", bad_host},
        {"[2001:db8::1", bad_host},
        {"[2001:db8::1]443", bad_host},
        {"a:b:c", bad_host},
        {{"192.0.2.1\0x", 11}, bad_host},
        {"example.com:", bad_port},
        {"example.com:0", bad_port},
        {"example.com:65536", bad_port},
        {"example.com/x", bad_transport},
        {"example.com:443/", bad_transport},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string{row.bad});
        const auto endpoint = parse_endpoint(row.bad);
        REQUIRE_FALSE(endpoint.has_value());
        CHECK(endpoint.error() == row.error);
        CHECK_FALSE(rules::text(row.error).empty());
    }
}

TEST_CASE("a host that was seen can be asked about, also where its hyphens break RFC 952")
{
    for (const char* text : {"x-.example", "-x.example:443", "_dns.example", "9"}) {
        CAPTURE(std::string{text});
        CHECK(parse_endpoint(text).has_value());
    }
}

TEST_CASE("a contact's endpoint asks by name, or by address when it has no name")
{
    const IpAddress address = IpAddress::parse("192.0.2.1").value();
    const auto by_name = query(Endpoint{"api.example.com", address, Port{443}, Transport::tcp});
    CHECK(rules::text(by_name) == "api.example.com:443/tcp");
    CHECK(by_name.address.family() == IpAddress::Family::none);
    CHECK(rules::text(query(Endpoint{std::nullopt, address, Port{53}, Transport::udp})) == "192.0.2.1:53/udp");
    CHECK(rules::text(query(Endpoint{"198.51.100.7", address, Port{80}, Transport::tcp})) == "198.51.100.7:80/tcp");
    const auto odd = query(Endpoint{"not\\.a host", address, Port{80}, Transport::tcp});
    CHECK_FALSE(odd.host.has_value());
    CHECK(odd.address.family() == IpAddress::Family::none);
}
