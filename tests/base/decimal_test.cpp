#include "base/decimal.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>

using namespace waybill;

namespace {

std::string decimal(std::uint64_t number)
{
    std::array<char, max_decimal_digits> room{};
    return {room.begin(), room.begin() + write_decimal(number, room)};
}

}  // namespace

TEST_CASE("a number has its digits and no zeros in front")
{
    for (std::uint64_t number = 0; number <= 10'000; ++number)
        REQUIRE(decimal(number) == std::to_string(number));
    for (std::uint64_t number = 10'000; number <= 2'000'000; number += 997)
        REQUIRE(decimal(number) == std::to_string(number));
}

TEST_CASE("numbers around every power of ten and of two are whole")
{
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    for (const std::uint64_t base : {2U, 10U})
        for (std::uint64_t power = base; power <= most / base; power *= base)
            for (const std::uint64_t number : {power - 1, power, power + 1, power * (base - 1) + power / 7})
                REQUIRE(decimal(number) == std::to_string(number));
    CHECK(decimal(10'000'000'000'000'000'000U) == "10000000000000000000");
    CHECK(decimal(most) == "18446744073709551615");
}

TEST_CASE("three digits and two have their zeros in front")
{
    std::array<char, 3> three{};
    for (std::uint32_t number = 0; number < 1000; ++number) {
        write_three_digits(number, three);
        CHECK(std::string_view{three} == std::to_string(1000 + number).substr(1));
    }
    std::array<char, 2> two{};
    for (std::uint32_t number = 0; number < 100; ++number) {
        write_two_digits(number, two);
        CHECK(std::string_view{two} == std::to_string(100 + number).substr(1));
    }
}
