#include "analyze/name/text_pool.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>

using namespace waybill;

TEST_CASE("equal texts are one copy, also after the pool has started anew for who holds one")
{
    TextPool pool;
    const SharedText first = pool.share("api.example");
    const SharedText again = pool.share(std::string{"api."} + "example");
    CHECK(first.text().data() == again.text().data());
    CHECK(pool.share("API.example").text() == "API.example");
    CHECK(pool.share("").text().empty());
    CHECK(pool.size() == 2);  // nothing needs no copy

    for (std::size_t i = 0; i < TextPool::max_texts; ++i)
        pool.share(std::to_string(i));
    CHECK(pool.size() <= TextPool::max_texts);
    CHECK(first.text() == "api.example");
    CHECK(pool.share("api.example") == first);
}

TEST_CASE("shared texts compare by what they say")
{
    CHECK(SharedText{} == SharedText{""});
    CHECK(SharedText{"a"} == SharedText{std::string{"a"}});
    CHECK_FALSE(SharedText{"a"} == SharedText{"b"});
    CHECK(SharedText{"a"} == std::string_view{"a"});
}

TEST_CASE("a shared text lives as long as somebody holds it, and is one copy for all who do")
{
    SharedText first{"api.example"};
    SharedText second = first;
    CHECK(second.is_same_copy(first));
    SharedText moved = std::move(first);
    CHECK(moved.is_same_copy(second));
    second = SharedText{"other.example"};
    CHECK(moved.text() == "api.example");
    const SharedText& itself = moved;
    moved = itself;
    CHECK(moved.text() == "api.example");
    moved = {};
    CHECK(moved.empty());
    CHECK(second.text() == "other.example");
}
