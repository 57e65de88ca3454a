#include "model/report.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>

using namespace waybill;

namespace {

RatedContact contact(std::uint64_t id, std::uint64_t payload_out)
{
    RatedContact rated;
    rated.contact.id = id;
    rated.contact.flow_count = 1;
    rated.contact.out.payload_bytes = payload_out;
    rated.contact.out.ip_bytes = payload_out + 40;
    return rated;
}

}  // namespace

TEST_CASE("contacts stand by payload out, the most first, equal ones by time and number")
{
    Report report;
    report.contacts = {contact(1, 5), contact(2, 7), contact(3, 5), contact(4, 0)};
    report.contacts[2].contact.first = Timestamp{} - std::chrono::seconds{1};
    arrange(report);
    const std::uint64_t ids[] = {2, 3, 1, 4};
    CHECK(std::ranges::equal(report.contacts, ids, {}, [](const RatedContact& rated) { return rated.contact.id; }));
}

TEST_CASE("what is inside a tunnel is not counted twice")
{
    Report report;
    report.contacts = {contact(1, 100), contact(2, 60)};
    report.contacts[1].contact.tunnelled = true;
    arrange(report);
    CHECK(report.payload_out_at_most() == 100);
    std::uint64_t sum = 0;
    for (const PurposeTotal& total : report.purposes)
        sum += total.payload_out_at_most;
    CHECK(sum == 100);
}

TEST_CASE("input is lost when a gap of such a kind was counted")
{
    Report report;
    CHECK_FALSE(report.lost_input());
    report.gaps = {{GapKind::dns_malformed, 1, {}}};
    CHECK_FALSE(report.lost_input());
    report.gaps.push_back({GapKind::kernel_dropped, 1, {}});
    CHECK(report.lost_input());
}
