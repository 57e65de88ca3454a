#include "base/json_pieces.h"

#include <doctest/doctest.h>

#include "base/text_buffer.h"

using namespace waybill;

TEST_CASE("what is not known is null")
{
    TextBuffer out;
    out.append(JsonTextOrNull{""}, " ", JsonTextOrNull{"a\"b"}, " ", json_word(""), " ", json_word("word"), " ",
               JsonNumberOrNull{0}, " ", JsonNumberOrNull{12}, " ", JsonText{""});
    CHECK(out.text() == R"(null "a\"b" null "word" null 12 "")");
}

TEST_CASE("a short word is written whole, at its longest too")
{
    TextBuffer out;
    out.append(ShortWord{"four and twenty letters."}, ShortWord{}, json_word("two and twenty letters"));
    CHECK(out.text() == R"(four and twenty letters."two and twenty letters")");
}
