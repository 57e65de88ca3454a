#include "model/address.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "tests/support/octets.h"

using namespace waybill;

namespace {

IpAddress ip(std::string_view text)
{
    return IpAddress::parse(text).value();
}

}  // namespace

TEST_CASE("addresses are read from text and octets, and written in their canonical form")
{
    CHECK(ip("192.0.2.1").text() == "192.0.2.1");
    CHECK(ip("2001:0DB8:0:0:0:0:0:1").text() == "2001:db8::1");
    CHECK(ip("::").text() == "::");
    CHECK(ip("::ffff:192.0.2.1").text() == "::ffff:192.0.2.1");
    CHECK(ip("::ffff:192.0.2.1").is_v6());
    CHECK(IpAddress::from_octets(test::hex("c0000201")) == ip("192.0.2.1"));
    CHECK(IpAddress::from_octets(test::hex("20010db8000000000000000000000001")) == ip("2001:db8::1"));
}

TEST_CASE("addresses are written as the system's own library writes them")
{
    const auto expected = [](int family, Bytes octets) {
        std::array<char, INET6_ADDRSTRLEN> text{};
        return std::string{inet_ntop(family, octets.data(), text.data(), text.size())};
    };
    for (unsigned value = 0; value < 256; ++value) {
        const auto octet = static_cast<std::byte>(value);
        const std::array octets{octet, std::byte{0}, std::byte{10}, octet};
        CHECK(IpAddress::from_octets(octets).text() == expected(AF_INET, octets));
    }
    // Zeros in every set of groups; the others have one digit to four.
    for (const unsigned filling : {0x1U, 0x12U, 0x123U, 0x1234U, 0xffffU, 0xff00U})
        for (unsigned zeros = 0; zeros < 256; ++zeros) {
            std::array<std::byte, 16> octets{};
            for (std::size_t group = 0; group < 8; ++group)
                if ((zeros >> group & 1U) == 0) {
                    octets[2 * group] = static_cast<std::byte>(filling >> 8U);
                    octets[2 * group + 1] = static_cast<std::byte>(filling);
                }
            CHECK(IpAddress::from_octets(octets).text() == expected(AF_INET6, octets));
        }
}

TEST_CASE("what is no address is of no family")
{
    for (const char* const text : {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4 ", "[::1]", "::1%eth0", ":::", "a"})
        CHECK_FALSE(IpAddress::parse(text).has_value());
    CHECK_FALSE(IpAddress::parse(std::string_view{"1.2.3.4\0x", 9}).has_value());
    const IpAddress none = IpAddress::from_octets(test::hex("010203"));
    CHECK(none.family() == IpAddress::Family::none);
    CHECK(none.octets().empty());
    CHECK(none.text() == "-");
    CHECK(none == IpAddress{});
}

TEST_CASE("an IPv4 address never equals an IPv6 one with the same first octets")
{
    CHECK(ip("1.2.3.4") != ip("102:304::"));
    CHECK((ip("1.2.3.4") < ip("1.2.3.5")));
}

TEST_CASE("special addresses are told by their ranges")
{
    struct Row {
        const char* address;
        bool (*is)(const IpAddress&);
        bool expected;
    };
    const Row rows[] = {
        {"127.0.0.1", is_loopback, true},
        {"127.255.255.255", is_loopback, true},
        {"128.0.0.0", is_loopback, false},
        {"::1", is_loopback, true},
        {"::2", is_loopback, false},
        {"::ffff:127.0.0.1", is_loopback, true},
        {"169.254.0.1", is_link_local, true},
        {"169.253.0.1", is_link_local, false},
        {"fe80::1", is_link_local, true},
        {"febf::1", is_link_local, true},
        {"fec0::1", is_link_local, false},
        {"224.0.0.251", is_multicast, true},
        {"239.255.255.255", is_multicast, true},
        {"240.0.0.1", is_multicast, false},
        {"ff02::fb", is_multicast, true},
        {"0.0.0.0", is_unspecified, true},
        {"::", is_unspecified, true},
        {"0.0.0.1", is_unspecified, false},
        {"255.255.255.255", is_broadcast, true},
        {"255.255.255.254", is_broadcast, false},
        {"10.0.0.1", is_private, true},
        {"172.31.255.255", is_private, true},
        {"172.32.0.0", is_private, false},
        {"192.168.0.1", is_private, true},
        {"100.64.0.1", is_private, true},
        {"100.128.0.0", is_private, false},
        {"fd00::1", is_private, true},
        {"fe00::1", is_private, false},
        {"198.18.0.1", is_synthetic, true},
        {"198.19.255.255", is_synthetic, true},
        {"198.20.0.0", is_synthetic, false},
        {"2001:2::1", is_synthetic, true},
        {"2001:2:1::1", is_synthetic, false},
        {"192.0.2.1", is_special, false},
        {"10.0.0.1", is_special, false},
        {"127.0.0.1", is_special, true},
        {"169.254.0.1", is_special, true},
        {"169.253.0.1", is_special, false},
        {"223.255.255.255", is_special, false},
        {"224.0.0.251", is_special, true},
        {"240.0.0.1", is_special, false},
        {"0.0.0.0", is_special, true},
        {"0.0.0.1", is_special, false},
        {"255.255.255.255", is_special, true},
        {"::", is_special, true},
        {"::1", is_special, true},
        {"2001:db8::1", is_special, false},
        {"fe80::1", is_special, true},
        {"198.18.0.1", is_special, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.address);
        CHECK(row.is(ip(row.address)) == row.expected);
    }
}

TEST_CASE("an address of no family is of no range")
{
    const IpAddress none;
    for (const auto is : {is_loopback, is_link_local, is_multicast, is_broadcast, is_private, is_synthetic})
        CHECK_FALSE(is(none));
}

TEST_CASE("ranges hold what their prefix says, of their family only")
{
    struct Row {
        const char* range;
        const char* address;
        bool contains;
    };
    const Row rows[] = {
        {"0.0.0.0/0", "255.1.2.3", true},
        {"0.0.0.0/0", "::1", false},
        {"192.0.2.0/25", "192.0.2.127", true},
        {"192.0.2.0/25", "192.0.2.128", false},
        {"192.0.2.1", "192.0.2.1", true},
        {"192.0.2.1", "192.0.2.2", false},
        {"192.0.2.0/31", "192.0.2.1", true},
        {"2001:db8::/33", "2001:db8:7fff::1", true},
        {"::/0", "ff::", true},
        {"2001:db8::/33", "2001:db8:8000::1", false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.range);
        CAPTURE(row.address);
        CHECK(AddressRange::parse(row.range).value().contains(ip(row.address)) == row.contains);
    }
    for (const char* const text : {"", "/8", "192.0.2.0/", "192.0.2.0/33", "::/129", "192.0.2.0/-1", "192.0.2.0/8x"})
        CHECK_FALSE(AddressRange::parse(text).has_value());
}
