#include "analyze/name/second_chance_table.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

using namespace waybill;

namespace {

struct Entry {
    using Key = std::uint32_t;

    std::uint32_t number = 0;
    bool used = false;

    explicit Entry(Key key) : number{key} {}
    Key key() const { return number; }
    bool is_of(Key wanted) const { return number == wanted; }
};

/// All keys meet in two places of the index.
struct PoorHash {
    std::uint32_t operator()(std::uint32_t key) const { return key % 2; }
};

struct Table {
    SecondChanceTable<Entry, PoorHash> entries{3};
    std::vector<std::uint32_t> gone;

    void add(std::uint32_t key)
    {
        entries.use_or_add(key, [&](const Entry& entry) { gone.push_back(entry.number); });
    }
};

using Keys = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("where nothing is used, the entries go in the order in which they came")
{
    Table table;
    for (std::uint32_t key = 1; key <= 6; ++key)
        table.add(key);
    CHECK(table.gone == Keys{1, 2, 3});
    CHECK(table.entries.size() == 3);
    for (std::uint32_t key = 1; key <= 6; ++key)
        CHECK((table.entries.peek(key) != nullptr) == (key > 3));
}

TEST_CASE("an entry that was used is passed over once, one that was only looked at is not")
{
    Table table;
    for (const std::uint32_t key : {1U, 2U, 3U})
        table.add(key);
    table.entries.use(1);
    table.entries.peek(2);
    table.add(4);
    CHECK(table.gone == Keys{2});
    table.add(5);
    CHECK(table.gone == Keys{2, 3});
    table.add(6);
    CHECK(table.gone == Keys{2, 3, 1});
}

TEST_CASE("where all were used, the one that was considered first goes")
{
    Table table;
    for (const std::uint32_t key : {1U, 2U, 3U})
        table.add(key);
    for (const std::uint32_t key : {3U, 2U, 1U})
        table.add(key);  // which is there: a use
    CHECK(table.gone.empty());
    table.add(4);
    CHECK(table.gone == Keys{1});
}

TEST_CASE("a bound of none is a bound of one")
{
    SecondChanceTable<Entry, PoorHash> entries{0};
    entries.use_or_add(7, [](const Entry&) {});
    CHECK(entries.use(7) != nullptr);
    CHECK(entries.use(9) == nullptr);
}
