#include "logs/text_decoder.h"

#include <doctest/doctest.h>

#include <string>

using namespace waybill::logs;
using namespace std::string_literals;

namespace {

std::string decoded(const std::string& octets, std::size_t piece)
{
    TextDecoder decoder;
    std::string text;
    for (std::size_t at = 0; at < octets.size(); at += piece)
        decoder.decode(std::string_view{octets}.substr(at, piece), text);
    decoder.finish(text);
    return text;
}

}  // namespace

TEST_CASE("text is UTF-8 whatever byte order mark it begins with, in whatever pieces it comes")
{
    struct Row {
        const char* what;
        std::string octets;
        std::string text;
    };
    const Row rows[] = {
        {"nothing", "", ""},
        {"no mark", "a\xff", "a\xff"},
        {"UTF-8 behind its mark",
         "\xef\xbb\xbf"
         "é",
         "é"},
        {"half a mark", "\xef\xbb", "\xef\xbb"},
        {"UTF-16, the low octet first",
         "\xff\xfe"
         "a\0\xe9\0\n\0"s,
         "aé\n"},
        {"UTF-16, the high octet first", "\xfe\xff\0a\0\xe9"s, "aé"},
        {"a pair", "\xff\xfe\x3d\xd8\x00\xde"s, "\xf0\x9f\x98\x80"},
        {"the second half of a pair alone", "\xff\xfe\x00\xde\x61\0"s,
         "\xef\xbf\xbd"
         "a"},
        {"the first half of a pair alone", "\xff\xfe\x3d\xd8\x61\0"s,
         "\xef\xbf\xbd"
         "a"},
        {"the first half at the end", "\xff\xfe\x3d\xd8"s, "\xef\xbf\xbd"},
        {"half a character at the end",
         "\xff\xfe"
         "a\0b"s,
         "a\xef\xbf\xbd"},
    };
    for (const Row& row : rows)
        for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{99}}) {
            CAPTURE(row.what);
            CAPTURE(piece);
            CHECK(decoded(row.octets, piece) == row.text);
        }
}
