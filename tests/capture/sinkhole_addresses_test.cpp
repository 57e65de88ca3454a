#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>

#include "capture/network/synthetic_addresses.h"

using waybill::contained::SyntheticAddresses;

TEST_CASE("a name's synthetic addresses are of the reserved ranges and follow from the name alone")
{
    SyntheticAddresses first_run;
    SyntheticAddresses second_run;
    second_run.ipv4_of("asked.before.example");
    for (const char* name : {"example.com", "api.example.com", "a", "."}) {
        CAPTURE(name);
        const auto ipv4 = first_run.ipv4_of(name);
        const auto ipv6 = first_run.ipv6_of(name);
        CHECK(ipv4.is_v4());
        CHECK(ipv6.is_v6());
        CHECK(is_synthetic(ipv4));
        CHECK(is_synthetic(ipv6));
        CHECK(second_run.ipv6_of(name) == ipv6);
        CHECK(second_run.ipv4_of(name) == ipv4);
    }
}

TEST_CASE("letter case and a trailing dot name the same host")
{
    SyntheticAddresses addresses;
    CHECK(addresses.ipv4_of("API.Example.com.") == addresses.ipv4_of("api.example.com"));
    CHECK(addresses.given().size() == 1);
    CHECK(addresses.given().front().name == "api.example.com");
}

TEST_CASE("distinct names have distinct addresses, however many collide")
{
    constexpr std::size_t names = 20000;  // about 1500 of these share a place of their digest
    SyntheticAddresses addresses;
    std::set<waybill::IpAddress> given;
    for (std::size_t i = 0; i < names; ++i) {
        given.insert(addresses.ipv4_of(fmt::format("host{}.example", i)));
        given.insert(addresses.ipv6_of(fmt::format("host{}.example", i)));
    }
    CHECK(given.size() == 2 * names);
    CHECK(addresses.beyond_bound() == 0);
}

TEST_CASE("names beyond the bound still get an address, and are counted")
{
    SyntheticAddresses addresses;
    for (std::size_t i = 0; i < SyntheticAddresses::most_names; ++i)
        addresses.ipv4_of(fmt::format("host{}.example", i));
    CHECK(is_synthetic(addresses.ipv4_of("one-more.example")));
    CHECK(addresses.beyond_bound() == 1);
    CHECK(addresses.given().size() == SyntheticAddresses::most_names);
}
