#include "base/text_buffer.h"

#include <doctest/doctest.h>

#include <string>
#include <tuple>

using namespace waybill;

TEST_CASE("texts and numbers are appended in their order")
{
    TextBuffer out;
    out.append("a", std::uint64_t{9}, std::string{"bc"}, std::string_view{}, std::uint64_t{10}, "");
    out.append(std::uint64_t{0});
    CHECK(out.text() == "a9bc100");
    CHECK(out.size() == 7);
}

TEST_CASE("what belongs together is appended as one")
{
    TextBuffer out;
    for (int i = 0; i < 2'000; ++i)  // across every growth of the room
        out.append("<", std::tuple{std::string_view{"a"}, std::uint64_t{12}, std::tuple{std::string_view{"b"}}}, ">");
    CHECK(out.size() == 2'000 * std::string_view{"<a12b>"}.size());
    CHECK(out.text().ends_with("<a12b><a12b>"));
}

TEST_CASE("the last character can be looked at and taken away")
{
    TextBuffer out;
    out.append("ab");
    CHECK(out.back() == 'b');
    out.pop_back();
    CHECK(out.back() == 'a');
    CHECK(out.text() == "a");
}

TEST_CASE("text stays as it is while the room grows under it")
{
    TextBuffer out;
    std::string expected;
    for (std::uint64_t i = 0; i < 20'000; ++i) {
        out.append(i, " ");
        expected += std::to_string(i) + ' ';
    }
    const std::string much(100'000, 'x');
    out.append(much, "end");
    expected += much + "end";
    CHECK(out.text() == expected);
}

TEST_CASE("a buffer that was cleared begins anew")
{
    TextBuffer out;
    CHECK(out.text().empty());
    out.append("before");
    out.clear();
    CHECK(out.text().empty());
    out.append("after");
    CHECK(out.text() == "after");
}

TEST_CASE("a piece of another kind writes itself into room as large as it asks for")
{
    struct Twice {
        std::string_view text;
        std::size_t most_octets() const { return 3 * text.size(); }
        std::size_t write(std::span<char> room) const
        {
            CHECK(room.size() == most_octets());
            text.copy(room.data(), room.size());
            text.copy(room.subspan(text.size()).data(), room.size());
            return 2 * text.size();
        }
    };
    TextBuffer out;
    std::string expected;
    for (std::uint64_t i = 0; i < 1'000; ++i) {
        out.append("<", Twice{"ab"}, i, Twice{""}, ">");
        expected += "<abab" + std::to_string(i) + ">";
    }
    CHECK(out.text() == expected);
}
