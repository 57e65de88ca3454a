#include "wire/ntp.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/support/octets.h"

using namespace waybill;
using test::hex;

namespace {

constexpr Port client_port{49152};

/// A time message whose first octets are `start`, filled with `count` octets in all.
std::vector<std::byte> message(const char* start, std::size_t count = 48)
{
    auto octets = hex(start);
    octets.resize(count, std::byte{0x5a});
    return octets;
}

bool is_request(const std::vector<std::byte>& octets)
{
    return ntp::looks_like_ntp(octets, octets.size(), client_port, ntp::port);
}

}  // namespace

TEST_CASE("time messages of every version are NTP at the port that their mode asks for")
{
    struct Row {
        const char* what;
        const char* start;
        bool request;   ///< to port 123
        bool response;  ///< from port 123
    };
    const Row rows[] = {
        {"version 4 client", "23 00 06 e9", true, false},
        {"version 3 client that is not synchronised", "db 00 11 fa", true, false},
        {"version 1 client", "0b 00 00 00", true, false},
        {"version 4 server", "24 02 06 e9", false, true},
        {"version 4 broadcast", "25 01 06 e9", false, true},
        {"version 3 symmetric active", "19 02 06 e9", true, true},
        {"version 5", "2b 02 06 e9", false, false},
        {"version 0", "03 02 06 e9", false, false},
        {"mode 0", "20 02 06 e9", false, false},
        {"mode 7", "27 02 06 e9", false, false},
        {"stratum 17", "23 11 06 e9", false, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto octets = message(row.start);
        CHECK(ntp::looks_like_ntp(octets, 48, client_port, ntp::port) == row.request);
        CHECK(ntp::looks_like_ntp(octets, 48, ntp::port, client_port) == row.response);
        CHECK_FALSE(ntp::looks_like_ntp(octets, 48, client_port, Port{124}));
    }
}

TEST_CASE("what follows a time message must be extension fields and a MAC (RFC 5905, 7.5)")
{
    struct Row {
        const char* what;
        const char* trailer;
        bool valid;
    };
    const std::string body = "00000000 00000000 00000000 00000000 00000000 00000000";
    const std::string field = "0104 001c " + body;
    const std::string mac = "00000001 00112233445566778899aabbccddeeff";
    const std::string both = field + mac;
    const std::string overlong = "0104 0020 " + body;
    const std::string odd = "0104 001a " + body;
    const Row rows[] = {
        {"nothing", "", true},
        {"a crypto-NAK", "00000000", true},
        {"a MAC", mac.c_str(), true},
        {"an extension field", field.c_str(), true},
        {"a field and a MAC", both.c_str(), true},
        {"a field past the end", overlong.c_str(), false},
        {"a field of 26 octets", odd.c_str(), false},
        {"8 octets", "0000000000000000", false},
        {"an odd octet", "00", false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        auto octets = message("23 00 06 e9");
        const auto trailer = hex(row.trailer);
        octets.insert(octets.end(), trailer.begin(), trailer.end());
        CHECK(is_request(octets) == row.valid);
    }
}

TEST_CASE("a control message counts its octets (RFC 9327, 2)")
{
    const auto read_status = hex("16 01 0001 0000 0000 0000 0000");
    CHECK(is_request(read_status));
    const auto response = hex("16 81 0001 0615 0000 0000 0003 | 61620000");
    CHECK(ntp::looks_like_ntp(response, response.size(), ntp::port, client_port));
    const auto short_of_data = hex("16 81 0001 0615 0000 0000 0009 | 61620000");
    CHECK_FALSE(ntp::looks_like_ntp(short_of_data, short_of_data.size(), ntp::port, client_port));
}

TEST_CASE("no prefix of a time message is NTP, unless the capture cut it")
{
    const auto octets = message("23 00 06 e9");
    for (std::size_t length = 0; length < octets.size(); ++length) {
        CAPTURE(length);
        const Bytes prefix = Bytes{octets}.first(length);
        CHECK_FALSE(ntp::looks_like_ntp(prefix, length, client_port, ntp::port));
        CHECK(ntp::looks_like_ntp(prefix, octets.size(), client_port, ntp::port) == (length >= 2));
    }
}
