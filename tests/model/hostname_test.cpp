#include "model/hostname.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace waybill;

TEST_CASE("a host name is kept in lower case and without the trailing dot")
{
    CHECK(Hostname::parse("WWW.Example.COM.")->text() == "www.example.com");
    CHECK(Hostname::parse("a")->text() == "a");
    CHECK(Hostname::parse("_dns.xn--4ca.example-9.test")->text() == "_dns.xn--4ca.example-9.test");
    CHECK(Hostname::parse("A.example") == Hostname::parse("a.EXAMPLE."));
}

TEST_CASE("what is no host name says why")
{
    using enum HostnameError;
    struct Row {
        std::string_view what;
        std::string text;
        HostnameError error;
    };
    const std::string label(63, 'a');
    const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'a');
    const Row rows[] = {
        {"nothing", "", empty},
        {"the root", ".", empty},
        {"two dots", "a..b", empty_label},
        {"a dot first", ".a", empty_label},
        {"two dots last", "a..", empty_label},
        {"a space", "a b", bad_character},
        {"an octet over 7 bits", "\xc3\xa4", bad_character},
        {"a NUL", std::string("a\0b", 3), bad_character},
        {"a star", "*.example", bad_character},
        {"64 in a label", label + "a", label_too_long},
        {"254 in all", longest + "a", too_long},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto name = Hostname::parse(row.text);
        REQUIRE_FALSE(name.has_value());
        CHECK(name.error() == row.error);
    }
    CHECK(Hostname::parse(longest).has_value());
    CHECK(Hostname::parse(longest + ".").has_value());
}
