#include "base/hex.h"

#include <doctest/doctest.h>

#include "tests/support/octets.h"

using namespace waybill;

TEST_CASE("octets become two lower-case digits each, and digits become octets again")
{
    std::vector<std::byte> all;
    all.reserve(256);
    for (unsigned value = 0; value < 256; ++value)
        all.push_back(static_cast<std::byte>(value));
    const std::string digits = to_hex(all);
    CHECK(digits.size() == 512);
    CHECK(digits.starts_with("000102"));
    CHECK(digits.ends_with("fdfeff"));
    CHECK(from_hex(digits) == all);
    CHECK(to_hex({}).empty());
}

TEST_CASE("upper case, and spaces and bars between octets, are read too")
{
    CHECK(from_hex("AB | cd\nEf") == test::hex("abcdef"));
    CHECK(from_hex("")->empty());
    CHECK(from_hex(" | ")->empty());
}

TEST_CASE("what is not hexadecimal gives nothing")
{
    for (const char* const text : {"a", "abc", "a b", "0x", "gg", "a|b", "ab-", "\xff"})
        CHECK_FALSE(from_hex(text).has_value());
}
