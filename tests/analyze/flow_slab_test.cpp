#include "analyze/flow/flow_slab.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

using namespace waybill;

TEST_CASE("records keep their index and what they hold, also past the room that was reserved")
{
    for (const std::size_t reserved : {0UL, 3UL, 5000UL}) {
        CAPTURE(reserved);
        FlowSlab flows{reserved};
        std::vector<std::uint32_t> taken;
        for (std::uint64_t id = 1; id <= 1000; ++id) {
            taken.push_back(flows.take());
            flows[taken.back()].id = id;
            flows[taken.back()].facts = std::make_unique<FlowFacts>();
        }
        for (std::uint64_t id = 1; id <= taken.size(); ++id) {
            CHECK(flows[taken[id - 1]].id == id);
            CHECK(flows[taken[id - 1]].facts != nullptr);
        }
        CHECK(flows.size() == 1000);
    }
}

TEST_CASE("a place that was given back is empty and is taken again before a fresh one")
{
    FlowSlab flows{4};
    flows.take();
    const std::uint32_t second = flows.take();
    flows[second].id = 7;
    flows.give_back(second);
    CHECK(flows.size() == 1);
    CHECK(flows.take() == second);
    CHECK(flows[second].id == 0);
    CHECK(flows.places() == 2);
}
