#include "model/phase.h"

#include <doctest/doctest.h>

#include <vector>

using namespace waybill;
using namespace std::chrono_literals;

TEST_CASE("marks and the command's exit divide a recording into phases that follow each other")
{
    using enum Phase::Opening;
    constexpr Timestamp start{100s};
    constexpr Timestamp end = start + 60s;
    struct Row {
        const char* what;
        std::vector<Mark> marks;
        std::optional<Timestamp> exit;
        std::vector<Phase> phases;
    };
    const std::vector<Row> rows{
        {"nothing", {}, {}, {{recording, {}, start, end}}},
        {"the command ended with the recording", {}, end, {{recording, {}, start, end}}},
        {"two marks",
         {{start + 10s, "signed in"}, {start + 20s, "idle"}},
         end,
         {{recording, {}, start, start + 10s},
          {mark, "signed in", start + 10s, start + 20s},
          {mark, "idle", start + 20s, end}}},
        {"a mark before the recording's first moment",
         {{start - 1s, "early"}},
         end,
         {{recording, {}, start, start}, {mark, "early", start, end}}},
        {"a mark behind the end that is known",
         {{end + 5s, "late"}},
         end,
         {{recording, {}, start, end + 5s}, {mark, "late", end + 5s, end + 5s}}},
        {"a mark behind the command's exit",
         {{start + 50s, "late"}},
         start + 40s,
         {{recording, {}, start, start + 40s},
          {command_exit, {}, start + 40s, start + 50s},
          {mark, "late", start + 50s, end}}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK(divide(start, end, row.marks, row.exit) == row.phases);
    }
}
