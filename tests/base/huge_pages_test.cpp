#include "base/huge_pages.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

using namespace waybill;

namespace {

using Allocator = HugePageAllocator<std::uint64_t>;
using Table = std::vector<std::uint64_t, Allocator>;
constexpr std::size_t full = Allocator::page_octets / sizeof(std::uint64_t);  // what fills a page

bool begins_a_page(Table& table)
{
    void* at = table.data();
    std::size_t room = table.size() * sizeof(std::uint64_t);
    return std::align(Allocator::page_octets, sizeof(std::uint64_t), at, room) == table.data();
}

}  // namespace

TEST_CASE("a table that fills a huge page begins with one, and keeps what it holds as it grows and shrinks")
{
    Table table{1, 2, 3};
    for (const std::size_t size : {full - 1, full, full + 1, 3 * full}) {
        CAPTURE(size);
        table.resize(size, 7);
        table.shrink_to_fit();
        CHECK((size < full || begins_a_page(table)));
        CHECK(table[2] == 3);
        CHECK(table.back() == 7);
    }
    table.resize(3);
    table.shrink_to_fit();
    CHECK(table == Table{1, 2, 3});
}
