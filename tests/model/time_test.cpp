#include "model/time.h"

#include <doctest/doctest.h>

#include "base/text_buffer.h"
#include "model/time_writer.h"

using namespace waybill;
using namespace std::chrono;

namespace {

Timestamp at(std::int64_t nanoseconds_since_1970)
{
    return Timestamp{nanoseconds{nanoseconds_since_1970}};
}

std::string text_of(TimeWriter& writer, Timestamp time)
{
    TextBuffer out;
    out.append(writer.piece(time));
    return std::string{out.text()};
}

}  // namespace

TEST_CASE("a time is written with nine decimals and read back, to the ends of what it can hold")
{
    struct Row {
        Timestamp time;
        const char* text;
    };
    const Row rows[] = {
        {at(0), "1970-01-01T00:00:00.000000000Z"},
        {at(-1), "1969-12-31T23:59:59.999999999Z"},
        {at(1'000'000'000), "1970-01-01T00:00:01.000000000Z"},
        {at(1'795'461'521'000'000'001), "2026-11-23T19:18:41.000000001Z"},
        {at(951'782'400'000'000'000), "2000-02-29T00:00:00.000000000Z"},
        {Timestamp::max(), "2262-04-11T23:47:16.854775807Z"},
        {Timestamp::min(), "1677-09-21T00:12:43.145224192Z"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(to_rfc3339(row.time) == row.text);
        if (row.time != Timestamp::max() && row.time != Timestamp::min())
            CHECK(from_rfc3339(row.text) == row.time);
    }
}

TEST_CASE("a writer of many times writes each as it is written alone")
{
    TimeWriter writer;
    for (const Timestamp second :
         {at(0), at(-1'000'000'000), at(1'795'461'521'000'000'000), at(951'782'399'000'000'000)})
        for (const nanoseconds more : {0ns, 1ns, 999'999'999ns, 1'000'000'000ns, 100'000'000ns, 99'999'999ns, -1ns})
            CHECK(text_of(writer, second + more) == to_rfc3339(second + more));
    for (const Timestamp end : {Timestamp::max(), Timestamp::min(), Timestamp::min() + 1ns, at(0)})
        CHECK(text_of(writer, end) == to_rfc3339(end));
}

TEST_CASE("other forms of a time, and times that are none, are refused")
{
    for (const char* const text :
         {"", "2026-01-01", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000000000", "2026-01-01T00:00:00.00000000Z",
          "2026-01-01 00:00:00.000000000Z", "2026-13-01T00:00:00.000000000Z", "2026-02-29T00:00:00.000000000Z",
          "2026-00-10T00:00:00.000000000Z", "1677-09-21T00:12:43.145224192Z", "2262-04-11T00:00:00.000000000Z",
          "+026-01-01T00:00:00.000000000Z", "2026-01-01T00:00:00.000000000z"}) {
        CAPTURE(text);
        CHECK_FALSE(from_rfc3339(text).has_value());
    }
}

TEST_CASE("a time of day past its end is refused")
{
    for (const char* const text : {"2026-01-01T24:00:00.000000000Z", "2026-01-01T00:60:00.000000000Z",
                                   "2026-01-01T00:00:61.000000000Z", "2026-01-01T99:99:99.000000000Z"}) {
        CAPTURE(text);
        CHECK_FALSE(from_rfc3339(text).has_value());
    }
}

TEST_CASE("the time between two times stops at what a duration can say")
{
    CHECK(time_between(at(5), at(7)) == nanoseconds{2});
    CHECK(time_between(at(7), at(5)) == nanoseconds{-2});
    CHECK(time_between(Timestamp::min(), Timestamp::max()) == nanoseconds::max());
    CHECK(time_between(Timestamp::max(), Timestamp::min()) == nanoseconds::min());
    CHECK(time_between(Timestamp::max(), Timestamp::max()) == nanoseconds{0});
}
