#include "model/spread.h"

#include <doctest/doctest.h>

using namespace waybill;

TEST_CASE("a spread is the least, the lower middle and the most of the numbers, and how many there are")
{
    CHECK(Spread::of({}) == Spread{0, 0, 0, 0});
    CHECK(Spread::of({7}) == Spread{7, 7, 7, 1});
    CHECK(Spread::of({9, 1, 4}) == Spread{1, 4, 9, 3});
    CHECK(Spread::of({9, 1, 5, 4}) == Spread{1, 4, 9, 4});
}
