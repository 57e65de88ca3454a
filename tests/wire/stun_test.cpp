#include "wire/stun.h"

#include <doctest/doctest.h>

#include "tests/support/octets.h"

using namespace waybill;
using test::hex;

namespace {

constexpr Port other_port{50000};

bool is_stun(Bytes datagram, Port port = other_port)
{
    return stun::looks_like_stun(datagram, datagram.size(), other_port, port);
}

}  // namespace

TEST_CASE("a message with the magic cookie is STUN at any port (RFC 8489, 5)")
{
    CHECK(is_stun(hex("0001 0000 2112a442 000102030405060708090a0b")));
    CHECK(is_stun(hex("0101 000c 2112a442 000102030405060708090a0b | 0020 0008 0001a1475e12a443")));
    CHECK(is_stun(hex("0001 000c 2112a442 000102030405060708090a0b | 8022 0005 6162636465 000000")));
}

TEST_CASE("a classic message is STUN when its attributes fit (RFC 3489, 11)")
{
    CHECK(is_stun(hex("0001 0008 00112233445566778899aabbccddeeff | 0003 0004 00000006")));
    CHECK(is_stun(hex("0101 000c 00112233445566778899aabbccddeeff | 0001 0008 0001d431c0000201")));
}

TEST_CASE("a classic message without attributes is STUN at STUN's own port only")
{
    const auto request = hex("0001 0000 00112233445566778899aabbccddeeff");
    CHECK(is_stun(request, stun::port));
    CHECK_FALSE(is_stun(request));
}

TEST_CASE("what does not fit is not STUN")
{
    struct Row {
        const char* what;
        const char* wire;
    };
    const Row rows[] = {
        {"no octet", ""},
        {"first bits set", "8001 0000 2112a442 000102030405060708090a0b"},
        {"an octet too many", "0001 0000 2112a442 000102030405060708090a0b 00"},
        {"length not a multiple of 4", "0001 0002 2112a442 000102030405060708090a0b 0000"},
        {"an attribute past the end", "0001 0004 2112a442 000102030405060708090a0b | 0006 0004"},
        {"a classic message of unknown type", "0003 0008 00112233445566778899aabbccddeeff | 0003 0004 00000006"},
        {"a classic CHANGE-REQUEST of 8 octets",
         "0001 000c 00112233445566778899aabbccddeeff | 0003 0008 0000000600000000"},
        {"a classic attribute of unknown type", "0001 0008 00112233445566778899aabbccddeeff | 0020 0004 00000006"},
        {"DNS with the ID 1", "0001 0000 0001 0000 0000 0000 02 6161 00 0001 0001 00"},
        {"RTP", "8012 ae16 04e9fa38 3aa6d922 c4532097 ca1bd297 ab78d2ac"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK_FALSE(is_stun(hex(row.wire)));
    }
}

TEST_CASE("no prefix of a message is STUN, unless the capture cut one with a cookie")
{
    const auto message = hex("0001 000c 2112a442 000102030405060708090a0b | 8022 0005 6162636465 000000");
    for (std::size_t length = 0; length < message.size(); ++length) {
        CAPTURE(length);
        const Bytes prefix = Bytes{message}.first(length);
        CHECK_FALSE(is_stun(prefix));
        CHECK(stun::looks_like_stun(prefix, message.size(), other_port, other_port) == (length >= 20));
    }
}
