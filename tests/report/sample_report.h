#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "model/report.h"

// Reports as the tests need them: synthetic hosts, times from a fixed beginning.

namespace waybill::test {

inline const Timestamp start = *from_rfc3339("2026-11-22T19:18:41.000000000Z");

inline Rating cited(std::string rule, std::vector<Purpose> purposes, std::string statement)
{
    Rating rating;
    rating.purposes = std::move(purposes);
    rating.vendor = "Acme";
    rating.rule = std::move(rule);
    rating.pack = "acme";
    rating.why = "*.acme.example";
    rating.statement = std::move(statement);
    rating.sources = {
        {"Network", "https://acme.example/network", "vendor documentation", "2026-10-02", "", "It says so."}};
    rating.domain = "acme.example";
    return rating;
}

/// A contact over TCP port 443, named by SNI and DNS, in one flow with `out` octets of IP, a tenth of them headers.
inline RatedContact contact(std::string host, std::uint64_t out, Rating rating = {})
{
    RatedContact rated;
    Contact& seen = rated.contact;
    static std::uint64_t last_id = 0;
    seen.id = ++last_id;
    seen.owner = {0, MatchQuality::in_namespace, "everything in this network namespace is the command's tree"};
    seen.endpoint = {std::move(host), *IpAddress::parse("198.18.0.1"), Port{443}, Transport::tcp};
    seen.name_source = NameSource::tls_sni;
    seen.name_sources = {NameSource::dns_answer, NameSource::tls_sni};
    seen.protocols = {Protocol::tls};
    seen.resolution = Resolution::answered;
    seen.flow_count = 1;
    seen.flows = {1};
    seen.out = {10, out + 140, out, out - out / 10};
    seen.in = {8, 1112, 1000, 680};
    seen.first = start + std::chrono::milliseconds{280};
    seen.last = seen.first + std::chrono::seconds{1};
    rated.rating = std::move(rating);
    return rated;
}

/// A contact of which no name is known.
inline RatedContact address_contact(std::string_view address, std::uint64_t out, Rating rating = {})
{
    RatedContact rated = contact({}, out, std::move(rating));
    rated.contact.endpoint.host.reset();
    rated.contact.endpoint.address = *IpAddress::parse(address);
    rated.contact.name_source.reset();
    rated.contact.name_sources.clear();
    rated.contact.resolution = Resolution::not_asked;
    return rated;
}

inline RuleSet rules_in_force()
{
    return {{{"acme", "2026-11-01", std::string(64, 'a'), "2026-10-04"}}, "a list sha256:0"};
}

/// A capture file with these contacts.
inline Report capture_report(std::vector<RatedContact> contacts)
{
    Report report;
    report.totals = {120, 40'000, 0, 7, 4, start, start + std::chrono::seconds{12}, {"lab.pcapng"}};
    report.contacts = std::move(contacts);
    report.rules = rules_in_force();
    arrange(report);
    return report;
}

/// A run in the sinkhole with these contacts.
inline Report sinkhole_report(std::vector<RatedContact> contacts)
{
    Report report = capture_report(std::move(contacts));
    Run run;
    run.waybill = "0.1.0";
    run.command = {"acme-coder", "-p", "hello"};
    run.mode = NetworkMode::sinkhole;
    run.started = start;
    run.ended = start + std::chrono::milliseconds{4'200};
    run.exit = {1, 0};
    run.fresh_home = true;
    run.interfaces = {{"eth0", 120, 0, 0}, {"lo", 0, 0, 0}};
    run.packet_files = {"packets-0001.pcapng"};
    report.totals.files = run.packet_files;
    report.run = std::move(run);
    report.place = "acme-case";
    report.gaps = {
        {GapKind::ech_outer_name_only, 1, {}}, {GapKind::attempts_only, 1, {}}, {GapKind::files_unprotected, 1, {}}};
    return report;
}

/// What a coding assistant might try first: five endpoints, one without a cited purpose, one by address alone, two of
/// one rule.
inline Report five_endpoints()
{
    const Rating api =
        cited("acme/api", {Purpose::model_inference, Purpose::authentication}, "Answers prompts and signs people in.");
    Rating update = cited("acme/update", {Purpose::update_check}, "Tells the newest version.");
    update.sources.front().grade = "vendor source code";
    update.sources.front().read_via = "a mirror";
    const Rating names =
        cited("acme/httpdns", {Purpose::name_resolution}, "Answers names over HTTP at fixed addresses.");

    RatedContact api2 = contact("api2.acme.example", 30'600, api);
    api2.contact.flow_count = 18;
    RatedContact center = contact("center.acme.example", 1'400, api);
    center.contact.first = start + std::chrono::milliseconds{900};
    RatedContact by_address = address_contact("203.0.113.1", 4'100, names);
    by_address.contact.endpoint.port = Port{80};
    by_address.contact.flow_count = 10;
    RatedContact collector = contact("pum.collector.example", 1'900);
    collector.contact.first = start + std::chrono::milliseconds{1'200};
    collector.contact.outer_name_only = 1;
    Report report = sinkhole_report({api2, center, contact("cdn.acme.example", 200, update), by_address, collector});
    report.cross_check =
        cross_check({{"interface eth0", {60, 33'200}, {50, 5'000}, {}, {}, {}}, {"interface lo", {}, {}, {}, {}, {}}},
                    {110, 38'200});
    return report;
}

}  // namespace waybill::test
