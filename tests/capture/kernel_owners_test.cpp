// Who the kernel says owns a socket, held against what the processes themselves say.
#include <doctest/doctest.h>

#include "tests/capture/short_lives.h"
#include "tests/capture/watched_program.h"

using namespace waybill;
using test::SharedExchanges;
using test::Watched;

TEST_CASE("the kernel tells whose each flow of two thousand short-lived processes is")
{
    Watched watched;
    if (!watched.permitted())
        return;
    SharedExchanges said;
    constexpr std::size_t processes = 2000;
    REQUIRE(watched.run([&said] { return test::short_lives(processes, 8, said); }) == 0);
    CHECK(watched.owners().refused().empty());
    CHECK(watched.owners().losses() == KernelLosses{});
    const auto truth = said.all();
    REQUIRE(truth.size() == 2 * processes);
    CHECK(test::told(watched.events()) == truth);
}
