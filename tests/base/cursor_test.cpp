#include "base/cursor.h"

#include <doctest/doctest.h>

#include "tests/support/octets.h"

using namespace waybill;
using test::hex;

TEST_CASE("integers are read in network order, and the offset goes on")
{
    const auto octets = hex("01 | 0203 | 040506 | 0708090a | 0b0c0d0e0f101112");
    Cursor in{octets};
    CHECK(in.u8() == 0x01);
    CHECK(in.u16() == 0x0203);
    CHECK(in.u24() == 0x040506);
    CHECK(in.u32() == 0x0708090a);
    CHECK(in.offset() == 10);
    CHECK(in.u64() == 0x0b0c0d0e0f101112);
    CHECK(in.at_end());
    CHECK_FALSE(in.failed());
}

TEST_CASE("the first read past the end fails for good, yields nothing and keeps the offset")
{
    const auto octets = hex("01 02 03");
    Cursor in{octets, 100};
    CHECK(in.u16() == 0x0102);
    CHECK(in.u16() == 0);
    CHECK(in.failed());
    CHECK(in.at_end());
    CHECK(in.u8() == 0);
    CHECK(in.bytes(1).empty());
    CHECK(in.rest().empty());
    CHECK(in.error(ParseError::Kind::truncated) == ParseError{ParseError::Kind::truncated, 102});
}

TEST_CASE("each width fails by itself at an end that is too near")
{
    const auto octets = hex("01 02 03 04 05 06 07");
    for (std::size_t have = 0; have < octets.size(); ++have) {
        CAPTURE(have);
        const Bytes part = Bytes{octets}.first(have);
        Cursor u16{part};
        CHECK(u16.u16() == (have < 2 ? 0 : 0x0102));
        CHECK(u16.failed() == (have < 2));
        Cursor u24{part};
        CHECK(u24.u24() == (have < 3 ? 0 : 0x010203));
        CHECK(u24.failed() == (have < 3));
        Cursor u32{part};
        CHECK(u32.u32() == (have < 4 ? 0 : 0x01020304));
        CHECK(u32.failed() == (have < 4));
        Cursor u64{part};
        CHECK(u64.u64() == 0);
        CHECK(u64.failed());
    }
}

TEST_CASE("a count that would overflow an offset is only too much")
{
    const auto octets = hex("01 02");
    for (const std::size_t count : {std::size_t{3}, SIZE_MAX, SIZE_MAX - 1}) {
        Cursor in{octets, 7};
        in.u8();
        in.skip(count);
        CHECK(in.failed());
        CHECK(in.offset() == 8);
    }
}

TEST_CASE("nothing can be taken from an end, and that is no failure")
{
    Cursor in{{}};
    CHECK(in.bytes(0).empty());
    in.skip(0);
    CHECK_FALSE(in.failed());
    CHECK(in.sub(0).at_end());
    CHECK_FALSE(in.failed());
}

TEST_CASE("a part is a cursor of its own whose offsets go on")
{
    const auto octets = hex("03 61 62 63 64");
    Cursor in{octets};
    Cursor part = in.sub(in.u8());
    CHECK(in.offset() == 4);
    CHECK(in.u8() == 0x64);
    CHECK(as_text(part.bytes(2)) == "ab");
    CHECK(part.u16() == 0);
    CHECK(part.error(ParseError::Kind::truncated).offset == 3);
    CHECK_FALSE(in.failed());
}

TEST_CASE("a part that does not fit fails, and so does what it was taken from")
{
    const auto octets = hex("01 02");
    Cursor in{octets};
    const Cursor part = in.sub(3);
    CHECK(part.failed());
    CHECK(part.at_end());
    CHECK(in.failed());
    Cursor again = in;
    CHECK(again.sub(0).failed());
}

TEST_CASE("octets and text are two views of the same")
{
    CHECK(as_text(hex("61 00 ff")) == std::string_view{"a\0\xff", 3});
    CHECK(as_octets("ab").size() == 2);
    CHECK(as_text({}).empty());
    CHECK(as_octets({}).empty());
}
