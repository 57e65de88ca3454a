#include "capture/browser/asked_address.h"

#include <doctest/doctest.h>

#include <array>

using namespace waybill;

TEST_CASE("of an address that is to be opened the host, the ports of an answer and whether it is a sign-in are read")
{
    struct Row {
        const char* address;
        const char* host;
        std::vector<std::uint16_t> ports;
        bool is_sign_in;
    };
    const std::vector<Row> rows{
        {"https://login.example/", "login.example", {}, false},
        {"HTTPS://Login.Example", "login.example", {}, false},
        {"http://web.example:8080/a?b#c", "web.example", {}, false},
        {"https://me:secret@login.example/x", "login.example", {}, false},
        {"http://[2001:db8::1]:80/", "[2001:db8::1]", {}, false},
        {"https://login.example?redirect_uri=http%3A%2F%2Flocalhost%3A53682%2Fcb", "login.example", {53682}, true},
        {"https://login.example/?u=http%3a%2f%2f127.0.0.1%3a4000%2f", "login.example", {4000}, true},
        {"https://login.example/?u=http%3A%2F%2F%5B%3A%3A1%5D%3A4000", "login.example", {4000}, true},
        {"https://login.example/?next=%2Fgo%3Fu%3Dhttp%253A%252F%252Flocalhost%253A4000%252F",
         "login.example",
         {4000},
         true},
        {"https://login.example/?a=http://localhost:4000/&b=http://127.0.0.1:4000/", "login.example", {4000}, true},
        {"https://login.example/#a=//localhost:4001&b=//localhost:4002", "login.example", {4001, 4002}, true},
        {"https://login.example/?u=http://localhost:80/", "login.example", {}, false},
        {"https://login.example/?u=http://localhost:99999/", "login.example", {}, false},
        {"https://login.example/?u=http://notlocalhost:4000/", "login.example", {}, false},
        {"http://localhost:4000/", "localhost", {}, false},
        {"https://login.example/device?user_code=AB", "login.example", {}, true},
        {"https://login.example/?response_type=code", "login.example", {}, true},
        {"https://login.example/%", "login.example", {}, false},
        {"https://login.example/%4", "login.example", {}, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.address);
        const auto asked = read_asked_address(row.address);
        REQUIRE(asked);
        CHECK(asked->address == row.address);
        CHECK(asked->host == row.host);
        CHECK(asked->ports == row.ports);
        CHECK(asked->is_sign_in == row.is_sign_in);
    }
}

TEST_CASE("of the ports that an address names four are taken at most")
{
    const auto asked = read_asked_address(
        "http://a.example/?u=//localhost:2001,//localhost:2002,//localhost:2003,//localhost:2004,//localhost:2005");
    REQUIRE(asked);
    CHECK(asked->ports == std::vector<std::uint16_t>{2001, 2002, 2003, 2004});
}

TEST_CASE("what is no web address in printable ASCII is not opened")
{
    const std::array rows{
        std::string{},
        std::string{"file:///etc/passwd"},
        std::string{"javascript:alert(1)"},
        std::string{"--help"},
        std::string{"http://"},
        std::string{"https:///path"},
        std::string{"https://:80/"},
        std::string{"https://me@/"},
        std::string{"http://a.example/ b"},
        std::string{"http://a.example/\x1b[2J"},
        std::string{"http://a.example/\xc3\xa9"},
        std::string("http://a.example/\0", 18),
        "http://a.example/" + std::string(AskedAddress::most_octets, 'a'),
    };
    for (const std::string& row : rows) {
        CAPTURE(row);
        CHECK_FALSE(read_asked_address(row));
    }
}
