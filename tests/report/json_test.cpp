#include "report/json.h"

#include <doctest/doctest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/report/sample_report.h"

using namespace waybill;
using Json = nlohmann::json;
using test::address_contact;
using test::capture_report;
using test::cited;
using test::contact;

TEST_CASE("report.json tells a run, its contacts with their citations, and what was not seen")
{
    const Json json = Json::parse(report_to_json(test::five_endpoints()));
    CHECK(json["format"] == "waybill-report");
    CHECK(json["v"] == 1);
    CHECK(json["run"]["command"] == Json{"acme-coder", "-p", "hello"});
    CHECK(json["run"]["network"] == "sinkhole");
    CHECK(json["run"]["started"] == "2026-11-22T19:18:41.000000000Z");
    CHECK(json["run"]["exit"] == Json{{"code", 1}, {"signal", 0}});
    CHECK(json["payload_out_at_most"] == 34'380);
    REQUIRE(json["contacts"].size() == 5);

    const Json& collector = json["contacts"][0];
    CHECK(collector["endpoint"] ==
          Json{{"host", "pum.collector.example"}, {"address", "198.18.0.1"}, {"port", 443}, {"transport", "tcp"}});
    CHECK(collector["rating"]["cited"] == false);
    CHECK(collector["rating"]["purposes"] == Json{"unknown"});
    CHECK(collector["rating"]["vendor"].is_null());
    CHECK(collector["rating"]["sources"].empty());
    CHECK(collector["outer_name_only"] == 1);

    const Json& api = json["contacts"][1];
    CHECK(api["name_sources"] == Json{"dns-answer", "tls-sni"});
    CHECK(api["ip_bytes"] == Json{{"out", 30'600}, {"in", 1'000}});
    CHECK(api["rating"]["purposes"] == Json{"model-inference", "authentication"});
    CHECK(api["rating"]["sources"][0]["read"] == "2026-10-02");
    CHECK(api["rating"]["sources"][0]["read_via"].is_null());
    CHECK(api["intervals"].is_null());

    CHECK(json["purposes"][0]["cited"] == false);
    CHECK(json["gaps"][0]["kind"] == "ech-outer-name-only");
    CHECK(json["gaps"][0]["detail"].is_null());
    CHECK(json["cannot_be_answered"].size() == cannot_be_answered.size());
    CHECK(json["rules"]["packs"][0]["id"] == "acme");
}

TEST_CASE("what is not known is null in report.json")
{
    RatedContact rated = address_contact("192.0.2.1", 10);
    rated.contact.intervals = Intervals{std::chrono::nanoseconds{1}, std::chrono::nanoseconds{2},
                                        std::chrono::nanoseconds{3}, std::chrono::nanoseconds{4}};
    Report report = capture_report({rated});
    report.totals.first.reset();
    const Json json = Json::parse(report_to_json(report));
    CHECK(json["run"].is_null());
    CHECK(json["totals"]["first"].is_null());
    CHECK(json["contacts"][0]["endpoint"]["host"].is_null());
    CHECK(json["contacts"][0]["owner"]["process"].is_null());
    CHECK(json["contacts"][0]["intervals"]["median_ns"] == 2);
}

TEST_CASE("each contact tells in report.json what its own hellos said, whatever other texts look like")
{
    const std::string trap = "\n      \"tls\": null,\n  \"contacts\": [";
    const auto traits = std::make_shared<const TlsTraits>(
        TlsTraits{{{"h2", trap}, {"http/1.1"}}, {"\xff\x1b"}, {"t13d1516h2_8daaf6152771_b186095e22b6"}, true});
    Report report = capture_report({contact("a.example", 10, cited("acme/api", {Purpose::telemetry}, trap)),
                                    address_contact("192.0.2.1", 10), address_contact("192.0.2.2", 10),
                                    contact(trap, 10, cited("acme/api", {Purpose::telemetry}, trap))});
    report.totals.files = {trap};
    for (const std::size_t with : {0U, 2U, 3U})
        report.contacts[with].contact.tls = traits;
    const std::string text = report_to_json(report);
    CHECK(text.contains("\n      \"tls\": {\n        \"alpn_offered\": [\n"));
    CHECK_FALSE(text.contains('\x1b'));
    const Json json = Json::parse(text);
    const Json told{{"alpn_offered", {{"h2", trap}, {"http/1.1"}}},
                    {"alpn_chosen", {"\xef\xbf\xbd\x1b"}},
                    {"ja4", traits->ja4},
                    {"more", true}};
    REQUIRE(json["contacts"].size() == 4);
    CHECK(json["contacts"][0]["tls"] == told);
    CHECK(json["contacts"][1]["tls"].is_null());
    CHECK(json["contacts"][2]["tls"] == told);
    CHECK(json["contacts"][3]["tls"] == told);
    CHECK(json["contacts"][3]["endpoint"]["host"] == trap);
    CHECK(json["totals"]["files"][0] == trap);
    CHECK(json.contains("rules"));
}

TEST_CASE("hidden characters and octets that are not UTF-8 are escaped in report.json, not dropped")
{
    const std::string hostile = "a\x1b[2J\n\x7f\xc2\x9b\xe2\x80\xae\xf3\xa0\x80\x81z";
    Report report = capture_report({contact(hostile, 10, cited("acme/api", {Purpose::telemetry}, hostile))});
    report.contacts[0].contact.other_names = {"\xff"};
    const std::string text = report_to_json(report);
    for (const char* raw : {"\x1b", "\x7f", "\xc2\x9b", "\xe2\x80\xae", "\xf3\xa0\x80\x81", "\xff"}) {
        CAPTURE(raw);
        CHECK_FALSE(text.contains(raw));
    }
    const Json json = Json::parse(text);
    CHECK(json["contacts"][0]["endpoint"]["host"] == hostile);
    CHECK(json["contacts"][0]["rating"]["statement"] == hostile);
    CHECK(json["contacts"][0]["other_names"][0] == "\xef\xbf\xbd");
}

TEST_CASE("the same report gives the same octets")
{
    const Report report = test::five_endpoints();
    CHECK(report_to_json(report) == report_to_json(report));
    CHECK(report_to_json(report).ends_with("}\n"));
}
