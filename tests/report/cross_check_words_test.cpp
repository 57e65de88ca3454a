#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "report/json.h"
#include "report/terminal.h"
#include "report/words.h"
#include "tests/report/sample_report.h"

using namespace waybill;
using Json = nlohmann::json;
using test::capture_report;
using test::sinkhole_report;

namespace {

Report checked(Traffic recorded, Traffic lost = {}, Traffic uncertain = {})
{
    Report report = sinkhole_report({test::contact("a.example", 10)});
    report.cross_check = cross_check({{"interface eth0", {100, 1'000'000}, {100, 2'000'000}, {}, lost, uncertain},
                                      {"interface lo", {10, 500'000}, {10, 500'000}, {10, 500'000}, {}, {}}},
                                     recorded);
    return report;
}

}  // namespace

TEST_CASE("the cross-check is told in a sentence: how much, who counted, and what the difference is")
{
    const std::string both = ", the kernel counted 3.5 MB (interface eth0, interface lo)";
    CHECK(cross_check_sentence(checked({210, 3'500'000})) == "packets hold 3.5 MB of IP" + both + ": difference 0");
    CHECK(cross_check_sentence(checked({207, 3'495'500})) ==
          "packets hold 3.5 MB of IP" + both + ": difference 3 packets and 4.5 kB (0.13 %) more counted");
    CHECK(cross_check_sentence(checked({211, 3'500'100})) ==
          "packets hold 3.5 MB of IP" + both +
              ": difference 1 packet and 100 B (less than 0.01 %) more in the packets");
    CHECK(cross_check_sentence(checked({200, 3'400'000}, {10, 0}, {0, 655'350})) ==
          "packets hold 3.4 MB of IP" + both +
              ", 10 packets are known to be lost: difference 0 packets and 100.0 kB (2.86 %) more counted, within the "
              "0 packets and 655.4 kB of which it cannot be said");
}

TEST_CASE("a run without counters is told to have no cross-check, a capture file nothing")
{
    CHECK(cross_check_sentence(sinkhole_report({})).starts_with("none: "));
    CHECK(cross_check_sentence(capture_report({})).empty());
    CHECK(report_to_terminal(checked({210, 3'500'000}), {}).contains("Cross-check"));
    CHECK_FALSE(report_to_terminal(capture_report({}), {}).contains("Cross-check"));
    CHECK(Json::parse(report_to_json(sinkhole_report({})))["cross_check"].is_null());
}

TEST_CASE("report.json has the counters' sums and the difference, with its sign")
{
    const Json check = Json::parse(report_to_json(checked({211, 3'500'100}, {1, 0})))["cross_check"];
    CHECK(check["counters"] == Json{"interface eth0", "interface lo"});
    CHECK(check["counted"]["packets"] == Json{{"out", 110}, {"in", 110}});
    CHECK(check["counted"]["ip_bytes"] == Json{{"out", 1'500'000}, {"in", 2'500'000}});
    CHECK(check["recorded"] == Json{{"packets", 211}, {"ip_bytes", 3'500'100}});
    CHECK(check["recorded_once"] == Json{{"packets", 10}, {"ip_bytes", 500'000}});
    CHECK(check["lost"] == Json{{"packets", 1}, {"ip_bytes", 0}});
    CHECK(check["difference"] == Json{{"packets", -2}, {"ip_bytes", -100}, {"ip_bytes_ppm", 28}});
}
