#include "model/cross_check.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>

using namespace waybill;

namespace {

constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();

KernelCounter counter(Traffic out, Traffic in)
{
    KernelCounter counter;
    counter.counter = "cgroup";
    counter.out = out;
    counter.in = in;
    return counter;
}

}  // namespace

TEST_CASE("without counters nothing is compared")
{
    CHECK_FALSE(cross_check({}, {1, 100}));
}

TEST_CASE("what is known to be missing is no difference, and what is uncertain no gap")
{
    struct Row {
        const char* what;
        Traffic recorded;
        Traffic recorded_once;
        Traffic lost;
        Traffic uncertain;
        std::int64_t packets;
        std::int64_t octets;
        std::optional<GapKind> gap;
        std::uint64_t count;
    };
    using enum GapKind;
    // Counted are 10 packets of 1000 octets out, and 20 of 2000 in.
    const Row rows[] = {
        {"all is there", {30, 3000}, {}, {}, {}, 0, 0, {}, 0},
        {"over loopback", {20, 2000}, {10, 1000}, {}, {}, 0, 0, {}, 0},
        {"lost and counted", {25, 2500}, {}, {5, 500}, {}, 0, 0, {}, 0},
        {"lost, of unknown octets", {25, 2500}, {}, {5, 0}, {0, 5 * 65535}, 0, 500, {}, 0},
        {"packets of the end", {28, 2800}, {}, {}, {2, 200}, 2, 200, {}, 0},
        {"lost unnoticed", {28, 2800}, {}, {}, {1, 200}, 2, 200, packets_missing, 2},
        {"one that nobody counted", {31, 3100}, {}, {}, {}, -1, -100, counters_differ, 100},
        {"octets alone", {30, 2999}, {}, {}, {}, 0, 1, counters_differ, 1},
        {"packets alone, too many", {31, 3000}, {}, {}, {}, -1, 0, counters_differ, 1},
        {"octets more than is uncertain", {29, 2000}, {}, {}, {2, 300}, 1, 1000, counters_differ, 1000},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        KernelCounter both = counter({10, 1000}, {20, 2000});
        both.recorded_once = row.recorded_once;
        both.lost = row.lost;
        both.uncertain = row.uncertain;
        const auto check = cross_check({both}, row.recorded);
        REQUIRE(check);
        CHECK(check->packets_difference == row.packets);
        CHECK(check->ip_bytes_difference == row.octets);
        const auto gap = gap_of(*check);
        REQUIRE(gap.has_value() == row.gap.has_value());
        if (gap) {
            CHECK(gap->kind == *row.gap);
            CHECK(gap->count == row.count);
        }
    }
}

TEST_CASE("counters of several interfaces are added up")
{
    KernelCounter first = counter({1, 10}, {2, 20});
    first.counter = "interface eth0";
    KernelCounter second = counter({4, 40}, {4, 40});
    second.counter = "interface lo";
    second.recorded_once = {4, 40};
    const auto check = cross_check({first, second}, {7, 65});
    REQUIRE(check);
    CHECK(check->counters == std::vector<std::string>{"interface eth0", "interface lo"});
    CHECK(check->counted_out == Traffic{5, 50});
    CHECK(check->counted_in == Traffic{6, 60});
    CHECK(check->packets_difference == 0);
    CHECK(check->ip_bytes_difference == 5);
    CHECK(check->ip_bytes_ppm() == 71'428);  // 5 of 70
    CHECK(gap_of(*check)->detail == "0 packets, 5 octets of IP more counted");
}

TEST_CASE("numbers as large as a run.json can hold them neither overflow nor turn around")
{
    const auto check = cross_check({counter({most, most}, {most, most})}, {0, 0});
    REQUIRE(check);
    CHECK(check->packets_difference == std::numeric_limits<std::int64_t>::max());
    CHECK(check->ip_bytes_ppm() <= 1'000'000);
    const auto other = cross_check({counter({0, 0}, {0, 0})}, {most, most});
    CHECK(other->ip_bytes_difference == -std::numeric_limits<std::int64_t>::max());
    CHECK(other->ip_bytes_ppm() <= 1'000'000);
    CHECK(cross_check({counter({}, {})}, {})->ip_bytes_ppm() == 0);
}
