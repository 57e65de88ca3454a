#include "report/units.h"

#include <doctest/doctest.h>

#include <limits>

using namespace waybill;
using std::chrono::nanoseconds;

TEST_CASE("sizes are told in decimal units with one decimal")
{
    struct Row {
        std::uint64_t octets;
        const char* text;
    };
    const Row rows[] = {{0, "0 B"},
                        {999, "999 B"},
                        {1'000, "1.0 kB"},
                        {1'949, "1.9 kB"},
                        {1'950, "2.0 kB"},
                        {999'949, "999.9 kB"},
                        {999'950, "1.0 MB"},
                        {38'240'000, "38.2 MB"},
                        {1'000'000'000, "1.0 GB"},
                        {std::numeric_limits<std::uint64_t>::max(), "18.4 EB"}};
    for (const Row& row : rows) {
        CAPTURE(row.octets);
        CHECK(size_text(row.octets) == row.text);
    }
}

TEST_CASE("a duration is told in the units that fit its size, and never as 1000 ms or 60 s of a minute")
{
    struct Row {
        std::int64_t count;
        const char* text;
    };
    const Row rows[] = {{0, "0 ms"},
                        {499'999, "0 ms"},
                        {500'000, "1 ms"},
                        {412'000'000, "412 ms"},
                        {999'400'000, "999 ms"},
                        {999'600'000, "1.0 s"},
                        {4'200'000'000, "4.2 s"},
                        {119'940'000'000, "119.9 s"},
                        {119'960'000'000, "2 min 00 s"},
                        {185'400'000'000, "3 min 05 s"},
                        {7'199'600'000'000, "2 h 00 min"},
                        {7'800'000'000'000, "2 h 10 min"},
                        {172'800'000'000'000, "2 d 00 h"},
                        {-1'500'000'000, "-1.5 s"},
                        {std::numeric_limits<std::int64_t>::min(), "-106752 d 00 h"}};
    for (const Row& row : rows) {
        CAPTURE(row.count);
        CHECK(duration_text(nanoseconds{row.count}) == row.text);
    }
}

TEST_CASE("when something began is told from the beginning of the recording")
{
    struct Row {
        std::int64_t count;
        const char* text;
    };
    const Row rows[] = {{0, "+0.00s"},
                        {1'204'000'000, "+1.20s"},
                        {-30'000'000, "-0.03s"},
                        {999'990'000'000, "+999.99s"},
                        {999'996'000'000, "+16m40s"},
                        {5'999'000'000'000, "+99m59s"},
                        {6'000'000'000'000, "+1h40m"},
                        {359'940'000'000'000, "+99h59m"},
                        {360'000'000'000'000, "+4d"}};
    for (const Row& row : rows) {
        CAPTURE(row.count);
        CHECK(first_text(nanoseconds{row.count}) == row.text);
    }
}

TEST_CASE("one is told in the singular")
{
    CHECK(count_text(0, "flow", "flows") == "0 flows");
    CHECK(count_text(1, "flow", "flows") == "1 flow");
    CHECK(count_text(2, "flow", "flows") == "2 flows");
}
