#include "model/gap.h"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <string_view>

using namespace waybill;

TEST_CASE("each kind of gap has a word of its own, by which it is found, and sentences")
{
    std::set<std::string_view> ids;
    for (std::size_t index = 0; index < gap_kinds; ++index) {
        const auto kind = static_cast<GapKind>(index);
        const GapText& text = describe(kind);
        CHECK(text.kind == kind);
        CHECK(find_gap_kind(text.id) == kind);
        CHECK_FALSE(text.sentence.empty());
        CHECK_FALSE(text.limits.empty());
        CHECK(ids.insert(text.id).second);
    }
    CHECK_FALSE(find_gap_kind("").has_value());
    CHECK_FALSE(find_gap_kind("no-such-gap").has_value());
}

TEST_CASE("gaps are counted by kind and given in order, without those that were not seen")
{
    GapCounters counters;
    CHECK(counters.gaps().empty());
    counters.add(GapKind::dns_malformed);
    counters.add(GapKind::kernel_dropped, 5);
    counters.add(GapKind::kernel_dropped, 2);
    counters.add(GapKind::owner_unknown, 0);
    CHECK(counters.gaps() == std::vector<Gap>{{GapKind::kernel_dropped, 7, {}}, {GapKind::dns_malformed, 1, {}}});
    CHECK(counters.count(GapKind::owner_unknown) == 0);
}
