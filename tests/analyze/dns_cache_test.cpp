#include "analyze/name/dns_cache.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/support/octets.h"
#include "tests/wire/dns_builder.h"

using namespace waybill;
using namespace std::chrono_literals;
using test::DnsBuilder;
using test::hex;

namespace {

TextPool pool;  // of all tests: what a cache learns does not depend on it

const IpAddress client = *IpAddress::parse("192.0.2.100");
const IpAddress other_client = *IpAddress::parse("2001:db8::100");

Timestamp second(int count)
{
    return Timestamp{std::chrono::seconds{1'700'000'000 + count}};
}

void learn(DnsCache& cache, const std::vector<std::byte>& octets, int at = 0, const IpAddress& to = client)
{
    dns::Message message;
    CHECK(dns::parse_message(octets, message).has_value());
    cache.learn_response(message, to, second(at));
}

std::vector<std::byte> a_response(std::string_view name, std::string_view address, std::uint32_t ttl = 60)
{
    const IpAddress parsed = IpAddress::parse(address).value();
    const Bytes octets = parsed.octets();
    return DnsBuilder{DnsBuilder::response}
        .question(name, dns::Type::a)
        .answer("@", dns::Type::a, ttl, {octets.begin(), octets.end()})
        .octets();
}

std::vector<DnsCache::Candidate> candidates(DnsCache& cache, const IpAddress& asking, std::string_view address,
                                            Timestamp at)
{
    std::vector<DnsCache::Candidate> all;
    cache.for_each_name(asking, *IpAddress::parse(address), at,
                        [&](const DnsCache::Candidate& candidate) { all.push_back(candidate); });
    return all;
}

/// The candidates in their order, with a space between; "!" behind one whose time to live is over.
std::string names(DnsCache& cache, std::string_view address, int at = 0, const IpAddress& asking = client)
{
    std::string text;
    for (const auto& candidate : candidates(cache, asking, address, second(at))) {
        text += text.empty() ? "" : " ";
        text += candidate.name.text();
        text += candidate.after_ttl ? "!" : "";
    }
    return text;
}

}  // namespace

TEST_CASE("the name asked for names the address, for the client that was told")
{
    DnsCache cache{pool};
    learn(cache, a_response("WWW.Example.com", "203.0.113.1"));
    CHECK(names(cache, "203.0.113.1") == "www.example.com");
    CHECK(names(cache, "203.0.113.2").empty());
    CHECK(names(cache, "203.0.113.1", 0, other_client).empty());
    const auto found = candidates(cache, client, "203.0.113.1", second(9));
    REQUIRE(found.size() == 1);
    CHECK(found[0].answered == second(0));
    CHECK(cache.size() == 1);
}

TEST_CASE("an answer older than its time to live says so")
{
    DnsCache cache{pool};
    learn(cache, a_response("a.test", "203.0.113.1", 60));
    CHECK(names(cache, "203.0.113.1", 60) == "a.test");
    CHECK(names(cache, "203.0.113.1", 61) == "a.test!");
    learn(cache, a_response("a.test", "203.0.113.1", 60), 61);
    CHECK(names(cache, "203.0.113.1", 61) == "a.test");
    CHECK(names(cache, "203.0.113.1", 10) == "a.test");  // a packet out of order

    learn(cache, a_response("b.test", "203.0.113.2", 0x80000000));  // RFC 2181, 8: counts as 0
    CHECK(names(cache, "203.0.113.2", 1) == "b.test!");
}

TEST_CASE("a chain of aliases leads back to the name asked for, for its shortest time to live")
{
    const auto octets = DnsBuilder{DnsBuilder::response}
                            .question("www.example.com", dns::Type::aaaa)
                            .answer("EDGE.example", dns::Type::cname, 20, DnsBuilder::name_octets("node.example"))
                            .answer("@", dns::Type::cname, 300, DnsBuilder::name_octets("edge.EXAMPLE"))
                            .answer("node.example", dns::Type::aaaa, 3600, hex("20010db8 00000001 00000000 00000001"))
                            .answer("stranger.example", dns::Type::aaaa, 60, hex("20010db8 00000002 00000000 00000001"))
                            .octets();
    DnsCache cache{pool};
    learn(cache, octets);
    CHECK(names(cache, "2001:db8:0:1::1", 20) == "www.example.com");
    CHECK(names(cache, "2001:db8:0:1::1", 21) == "www.example.com!");
    CHECK(names(cache, "2001:db8:0:2::1").empty());
}

TEST_CASE("an alias that leads back to itself ends")
{
    const auto octets = DnsBuilder{DnsBuilder::response}
                            .question("a.test", dns::Type::a)
                            .answer("a.test", dns::Type::cname, 20, DnsBuilder::name_octets("b.test"))
                            .answer("b.test", dns::Type::cname, 20, DnsBuilder::name_octets("a.test"))
                            .answer("b.test", dns::Type::a, 20, hex("cb007101"))
                            .octets();
    DnsCache cache{pool};
    learn(cache, octets);
    CHECK(names(cache, "203.0.113.1") == "a.test");
}

TEST_CASE("a chain of sixteen aliases is followed, a longer one is counted")
{
    for (const int length : {16, 17}) {
        CAPTURE(length);
        DnsBuilder builder{DnsBuilder::response};
        builder.question("n0.test", dns::Type::a);
        for (int i = 0; i < length; ++i)
            builder.answer("n" + std::to_string(i) + ".test", dns::Type::cname, 60,
                           DnsBuilder::name_octets("n" + std::to_string(i + 1) + ".test"));
        builder.answer("n" + std::to_string(length) + ".test", dns::Type::a, 60, hex("cb007101"));
        DnsCache cache{pool};
        learn(cache, builder.octets());
        CHECK(names(cache, "203.0.113.1") == (length == 16 ? "n0.test" : ""));
        CHECK(cache.incomplete() == (length == 16 ? 0 : 1));
    }
}

TEST_CASE("a response with more records than are compared is counted")
{
    DnsBuilder builder{DnsBuilder::response};
    builder.question("a.test", dns::Type::a);
    for (int i = 0; i < 4097; ++i)
        builder.answer("@", static_cast<dns::Type>(99), 60, {});
    auto octets = builder.octets();
    octets[6] = std::byte{4097 >> 8};  // the builder counts to 255
    octets[7] = std::byte{4097 & 0xff};
    DnsCache cache{pool};
    learn(cache, octets);
    CHECK(cache.incomplete() == 1);
}

TEST_CASE("service bindings name addresses by their hints and targets")
{
    std::vector<std::byte> rdata = hex("00 01");
    const auto target = DnsBuilder::name_octets("pool.example");
    rdata.insert(rdata.end(), target.begin(), target.end());
    const auto hints = hex("0004 0008 cb007101 cb007102 | 0006 0010 20010db8 00000000 00000000 00000001");
    rdata.insert(rdata.end(), hints.begin(), hints.end());
    const auto octets = DnsBuilder{DnsBuilder::response}
                            .question("_8443._https.example.com", dns::Type::https)
                            .answer("@", dns::Type::https, 60, rdata)
                            .additional("pool.example", dns::Type::a, 60, hex("cb007103"))
                            .octets();
    DnsCache cache{pool};
    learn(cache, octets);
    for (const char* address : {"203.0.113.1", "203.0.113.2", "203.0.113.3", "2001:db8::1"})
        CHECK(names(cache, address) == "example.com");
}

TEST_CASE("several names stay several, the newest first")
{
    DnsCache cache{pool};
    learn(cache, a_response("a.test", "203.0.113.1"), 0);
    learn(cache, a_response("b.test", "203.0.113.1"), 1);
    learn(cache, a_response("c.test", "203.0.113.1"), 2);
    CHECK(names(cache, "203.0.113.1") == "c.test b.test a.test");
    learn(cache, a_response("a.test", "203.0.113.1"), 3);
    CHECK(names(cache, "203.0.113.1") == "a.test c.test b.test");
    learn(cache, a_response("c.test", "203.0.113.1"), 4);
    learn(cache, a_response("c.test", "203.0.113.1"), 5);
    CHECK(names(cache, "203.0.113.1", 62) == "c.test a.test b.test!");
    CHECK(cache.names_dropped() == 0);
}

TEST_CASE("of more than eight names the oldest answer goes, and is counted")
{
    DnsCache cache{pool};
    for (int i = 0; i < 10; ++i)
        learn(cache, a_response("n" + std::to_string(i) + ".test", "203.0.113.1"), i);
    CHECK(names(cache, "203.0.113.1", 9) == "n9.test n8.test n7.test n6.test n5.test n4.test n3.test n2.test");
    CHECK(cache.names_dropped() == 2);
    learn(cache, a_response("n2.test", "203.0.113.1"), 10);
    CHECK(names(cache, "203.0.113.1", 10) == "n2.test n9.test n8.test n7.test n6.test n5.test n4.test n3.test");
    CHECK(cache.names_dropped() == 2);
}

TEST_CASE("the pair not used for longest goes first, and is counted")
{
    DnsCache cache{pool, {.addresses = 3, .ech_names = 1}};
    learn(cache, a_response("a.test", "203.0.113.1"));
    learn(cache, a_response("b.test", "203.0.113.2"));
    learn(cache, a_response("c.test", "203.0.113.3"));
    CHECK(names(cache, "203.0.113.1") == "a.test");  // a use
    learn(cache, a_response("d.test", "203.0.113.4"));
    CHECK(names(cache, "203.0.113.2").empty());
    CHECK(names(cache, "203.0.113.1") == "a.test");
    CHECK(names(cache, "203.0.113.3") == "c.test");
    CHECK(names(cache, "203.0.113.4") == "d.test");
    CHECK(cache.size() == 3);
    CHECK(cache.evicted() == 1);
}

TEST_CASE("a full cache holds the latest pairs, whatever came before")
{
    DnsCache cache{pool, {.addresses = 100, .ech_names = 1}};
    for (int i = 0; i < 5000; ++i)
        learn(cache, a_response("n" + std::to_string(i % 700) + ".test",
                                "203.0." + std::to_string(i / 250) + "." + std::to_string(i % 250)));
    CHECK(cache.size() == 100);
    CHECK(cache.evicted() == 4900);
    for (int i = 0; i < 5000; ++i) {
        const std::string address = "203.0." + std::to_string(i / 250) + "." + std::to_string(i % 250);
        CHECK(names(cache, address) == (i < 4900 ? "" : "n" + std::to_string(i % 700) + ".test"));
    }
}

TEST_CASE("special addresses are never learnt")
{
    DnsCache cache{pool};
    for (const char* address : {"127.0.0.1", "0.0.0.0", "169.254.1.1", "224.0.0.251", "255.255.255.255"})
        learn(cache, a_response("a.test", address));
    CHECK(cache.size() == 0);
    learn(cache, a_response("a.test", "10.0.0.1"));
    CHECK(cache.size() == 1);
}

TEST_CASE("what is no answer teaches nothing")
{
    struct Row {
        const char* what;
        std::vector<std::byte> octets;
    };
    const auto with = [](std::uint16_t flags) {
        return DnsBuilder{flags}
            .question("a.test", dns::Type::a)
            .answer("@", dns::Type::a, 60, hex("cb007101"))
            .octets();
    };
    const Row rows[] = {
        {"a query with an answer", with(0x0100)},
        {"NXDOMAIN", with(0x8183)},
        {"an update", with(0xa800)},
        {"two questions", DnsBuilder{0x8000}
                              .question("a.test", dns::Type::a)
                              .question("b.test", dns::Type::a)
                              .answer("@", dns::Type::a, 60, hex("cb007101"))
                              .octets()},
        {"another class", DnsBuilder{0x8000}
                              .question("a.test", dns::Type::a, 3)
                              .answer("@", dns::Type::a, 60, hex("cb007101"))
                              .octets()},
        {"an owner that nobody asked for", DnsBuilder{0x8000}
                                               .question("a.test", dns::Type::a)
                                               .answer("b.test", dns::Type::a, 60, hex("cb007101"))
                                               .octets()},
        {"the authority section", DnsBuilder{0x8000}
                                      .question("a.test", dns::Type::a)
                                      .answer("@", dns::Type::txt, 60, hex("00"))
                                      .authority("@", dns::Type::a, 60, hex("cb007101"))
                                      .octets()},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        DnsCache cache{pool};
        learn(cache, row.octets);
        CHECK(cache.size() == 0);
    }
}

TEST_CASE("a malformed response teaches nothing, one cut by the capture what it holds")
{
    auto octets = a_response("a.test", "203.0.113.1");
    octets[7] = std::byte{2};  // says two answers
    dns::Message message;
    DnsCache cache{pool};
    CHECK_FALSE(dns::parse_message(octets, message).has_value());
    cache.learn_response(message, client, second(0));
    CHECK(cache.size() == 0);
    CHECK_FALSE(dns::parse_message(octets, octets.size() + 16, message).has_value());
    cache.learn_response(message, client, second(0));
    CHECK(names(cache, "203.0.113.1") == "a.test");
}

TEST_CASE("where nothing was asked, as in mDNS, the owner names its address")
{
    const auto octets =
        DnsBuilder{0x8400}
            .record_class(0x8001)
            .answer("_ipp._tcp.local", dns::Type::ptr, 60, DnsBuilder::name_octets("Printer._ipp._tcp.local"))
            .answer("Printer.local", dns::Type::a, 60, hex("c0a80007"))
            .additional("printer.local", dns::Type::aaaa, 60, hex("fd000000 00000000 00000000 00000007"))
            .octets();
    DnsCache cache{pool};
    learn(cache, octets);
    CHECK(names(cache, "192.168.0.7") == "printer.local");
    CHECK(names(cache, "fd00::7") == "printer.local");
}

TEST_CASE("ECH is delivered to a client for the name asked for and for the public name")
{
    // RFC 9849, 4: one configuration with the public name "front.test".
    const auto rdata = hex(
        "0001 00 | 0005 0020 | 001e | fe0d 001a | 01 0020 0001 aa 0004 00010001 40 | 0a 46726f6e742e74657374 | 0000");
    const auto octets = DnsBuilder{DnsBuilder::response}
                            .question("Hidden.example.com", dns::Type::https)
                            .answer("@", dns::Type::https, 60, rdata)
                            .octets();
    DnsCache cache{pool};
    CHECK_FALSE(cache.ech_delivered(client, "hidden.example.com", second(5)));
    learn(cache, octets, 5);
    CHECK(cache.ech_delivered(client, "hidden.example.com", second(5)));
    CHECK(cache.ech_delivered(client, "front.test", second(5000)));
    CHECK_FALSE(cache.ech_delivered(client, "hidden.example.com", second(4)));
    CHECK_FALSE(cache.ech_delivered(other_client, "hidden.example.com", second(5)));
    CHECK_FALSE(cache.ech_delivered(client, "example.com", second(5)));
    learn(cache, octets, 9);
    CHECK(cache.ech_delivered(client, "hidden.example.com", second(5)));
    CHECK(cache.ech_evicted() == 0);

    DnsCache small{pool, {.addresses = 1, .ech_names = 1}};
    learn(small, octets, 5);
    CHECK(small.ech_evicted() == 1);
    CHECK(small.ech_delivered(client, "front.test", second(5)));
}

TEST_CASE("times at the ends of the clock do no harm")
{
    dns::Message message;
    const auto octets = a_response("a.test", "203.0.113.1");
    REQUIRE(dns::parse_message(octets, message).has_value());
    DnsCache cache{pool};
    cache.learn_response(message, client, Timestamp::min());
    const auto found = candidates(cache, client, "203.0.113.1", Timestamp::max());
    REQUIRE(found.size() == 1);
    CHECK(found[0].after_ttl);
}
