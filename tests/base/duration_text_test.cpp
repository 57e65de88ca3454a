#include "base/duration_text.h"

#include <doctest/doctest.h>

#include <optional>
#include <vector>

using namespace waybill;
using namespace std::chrono_literals;

TEST_CASE("a length of time is a number with its unit, seconds without one, and nothing else")
{
    struct Row {
        std::string_view text;
        std::optional<std::chrono::milliseconds> duration;
    };
    const std::vector<Row> rows{
        {"30s", 30s},     {"30", 30s},   {"0", 0ms},    {"500ms", 500ms},    {"5m", 5min}, {"2h", 2h},
        {"8784h", 8784h}, {"8785h", {}}, {"", {}},      {"s", {}},           {"-1", {}},   {"1.5s", {}},
        {"30 s", {}},     {"30sec", {}}, {"1h30m", {}}, {"99999999999", {}}, {"0x10", {}}, {"+3", {}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const auto duration = parse_duration(row.text);
        CHECK(duration.has_value() == row.duration.has_value());
        if (duration)
            CHECK(*duration == *row.duration);
        else
            CHECK(duration.error().starts_with(row.text));
    }
}
