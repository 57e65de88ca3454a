#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "rules/experiment/observed_run.h"
#include "rules/experiment/switch_arms.h"
#include "tests/rules/rule_pack_text.h"

using namespace waybill;
using namespace waybill::rules;

namespace {

RatedContact contact(const char* host, const char* address, std::uint16_t port, Transport transport = Transport::tcp)
{
    RatedContact rated;
    if (host != nullptr)
        rated.contact.endpoint.host = host;
    rated.contact.endpoint.address = IpAddress::parse(address).value();
    rated.contact.endpoint.port = Port{port};
    rated.contact.endpoint.transport = transport;
    rated.contact.flow_count = 1;
    rated.contact.out.ip_bytes = 100;
    return rated;
}

RatedContact rated_by(RatedContact rated, const char* pattern)
{
    rated.rating.why = pattern;
    return rated;
}

}  // namespace

TEST_CASE("shards and regions that a rule names by a pattern are one endpoint")
{
    struct Row {
        RatedContact contact;
        const char* key;
    };
    RatedContact choice = contact(nullptr, "192.0.2.1", 443);
    choice.contact.candidates = {"a.example", "b.example"};
    const Row rows[] = {
        {contact("api.example", "192.0.2.1", 443), "api.example:443"},
        {rated_by(contact("api.example", "192.0.2.1", 443), "api.example"), "api.example:443"},
        {rated_by(contact("o12.log.example", "192.0.2.1", 443), "o*.log.example"), "o*.log.example:443"},
        {rated_by(contact("eu.log.example", "192.0.2.1", 443), "{region}.log.example"), "{region}.log.example:443"},
        {rated_by(contact("a.eu.log.example", "192.0.2.1", 443), "*.{region}.log.example"),
         "*.{region}.log.example:443"},
        {rated_by(contact("a.log.example", "192.0.2.1", 443), "*.log.example"), "a.log.example:443"},
        {contact("api.example", "192.0.2.1", 443, Transport::udp), "api.example:443/udp"},
        {contact(nullptr, "192.0.2.1", 53, Transport::udp), "192.0.2.1:53/udp"},
        {contact(nullptr, "2001:db8::1", 443), "[2001:db8::1]:443"},
        {contact(nullptr, "192.0.2.1", 0, Transport::icmp), "192.0.2.1/icmp"},
        {contact(nullptr, "127.0.0.1", 41000), "127.0.0.1:any"},
        {contact(nullptr, "127.0.0.1", 8080), "127.0.0.1:8080"},
        {choice, "a.example or b.example:443"},
    };
    for (const Row& row : rows)
        CHECK(endpoint_key(row.contact) == row.key);
}

TEST_CASE("a gap hides a contact, narrows what is said of its absence, or belongs to the mode")
{
    using enum AbsenceSight;
    const std::pair<GapKind, AbsenceSight> rows[] = {
        {GapKind::kernel_dropped, hidden},     {GapKind::hello_truncated, hidden},
        {GapKind::sink_refused, hidden},       {GapKind::ech_outer_name_only, hidden},
        {GapKind::encrypted_dns, in_sight},    {GapKind::delegated, in_sight},
        {GapKind::proxy_unknown, in_sight},    {GapKind::attempts_only, whole},
        {GapKind::no_setuid, whole},           {GapKind::mode_limits, whole},
        {GapKind::environment_removed, whole}, {GapKind::owner_unknown, whole},
        {GapKind::counters_differ, whole},     {GapKind::files_unprotected, whole},
        {GapKind::delegations_bound, hidden},  {GapKind::not_followed, hidden},
        {GapKind::uplink_ended, hidden},
    };
    for (const auto& [kind, sight] : rows) {
        CAPTURE(describe(kind).id);
        CHECK((absence_sight({{kind, 1, {}}}) == sight));
        CHECK((absence_sight({{GapKind::attempts_only, 1, {}}, {kind, 1, {}}}) == sight));
    }
    CHECK((absence_sight({}) == whole));
}

TEST_CASE("a limit is the mode's where every run has it, and else came about in the runs that do")
{
    const std::string mode = "this kernel has no IPv6: attempts over it do not show";
    const std::string accident = "a browser of the host was asked for by the command (addresses opened: 1)";
    std::vector<ObservedRun> runs(4);
    for (ObservedRun& run : runs) {
        run.outcome = RunOutcome::complete;
        run.gaps = {{GapKind::attempts_only, 1, {}}, {GapKind::mode_limits, 1, mode}};
    }
    runs[1].gaps.push_back({GapKind::mode_limits, 1, accident});
    runs[2].gaps.push_back({GapKind::leftover_processes, 2, {}});
    runs[2].absence = AbsenceSight::hidden;
    runs[3].gaps.clear();
    runs[3].outcome = RunOutcome::failed;
    narrow_by_accidents(runs);
    CHECK((runs[0].absence == AbsenceSight::whole));
    CHECK((runs[1].absence == AbsenceSight::in_sight));
    CHECK((runs[2].absence == AbsenceSight::hidden));
    for (ObservedRun& run : runs) {
        run.absence = AbsenceSight::whole;
        run.gaps = {{GapKind::leftover_processes, run.number, {}}, {GapKind::environment_removed, 1, "A"}};
    }
    narrow_by_accidents(runs);
    for (const ObservedRun& run : runs)
        CHECK((run.absence == AbsenceSight::whole));
}

TEST_CASE("what several processes contact is added up")
{
    Report report;
    report.contacts = {contact("b.example", "192.0.2.1", 443), contact("a.example", "192.0.2.2", 443),
                       contact("b.example", "192.0.2.3", 443)};
    report.gaps = {{GapKind::counters_differ, 1, {}}};
    const ObservedRun run = observe(report);
    REQUIRE(run.endpoints.size() == 2);
    CHECK(run.endpoints[0].name == "a.example:443");
    CHECK(run.endpoints[1].flows == 2);
    CHECK(run.endpoints[1].ip_bytes_out == 200);
    CHECK_FALSE(run.volumes_are_whole);
    CHECK((run.absence == AbsenceSight::whole));
}
