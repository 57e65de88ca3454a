#include "report/folding.h"

#include <doctest/doctest.h>

#include <numeric>

#include "tests/report/sample_report.h"

using namespace waybill;
using test::address_contact;
using test::capture_report;
using test::cited;
using test::contact;

namespace {

std::vector<std::string> hosts(const std::vector<Row>& rows)
{
    std::vector<std::string> hosts;
    hosts.reserve(rows.size());
    for (const Row& row : rows)
        hosts.push_back(row.kind == Row::Kind::contact
                            ? row.first->contact.endpoint.host.value_or(row.first->contact.endpoint.address.text())
                            : "+" + std::to_string(row.endpoints));
    return hosts;
}

RatedContact of_domain(const std::string& host, std::uint64_t out)
{
    RatedContact rated = contact(host, out);
    rated.rating.domain = "collector.example";
    return rated;
}

}  // namespace

TEST_CASE("what has no cited purpose comes first, then what sent most payload")
{
    const Rating rating = cited("acme/api", {Purpose::telemetry}, "");
    const Report report = capture_report({contact("c.example", 50, rating), contact("b.example", 9'000, rating),
                                          contact("d.example", 10), contact("a.example", 20)});
    CHECK(hosts(fold(report, {})) == std::vector<std::string>{"a.example", "d.example", "b.example", "c.example"});
    CHECK(report.purposes.front().cited == false);
    CHECK(report.purposes.back().payload_out_at_most == 8'145);
}

TEST_CASE("endpoints of one rule, purposes and domain fold from five on, at the place of the first")
{
    std::vector<RatedContact> contacts{of_domain("h1", 900), contact("other.example", 800), of_domain("h2", 700),
                                       of_domain("h3", 600), of_domain("h4", 500)};
    CHECK(hosts(fold(capture_report(contacts), {})) ==
          std::vector<std::string>{"h1", "other.example", "h2", "h3", "h4"});
    contacts.push_back(of_domain("h5", 400));
    const Report report = capture_report(contacts);
    const auto rows = fold(report, {});
    CHECK(hosts(rows) == std::vector<std::string>{"h1", "h2", "+3", "other.example"});
    CHECK(rows[2].ip_bytes_out == 1'500);
    CHECK(rows[2].flows == 3);
    CHECK(listing_of(rows) == Listing::folded);
    CHECK(listing_of(unfolded(report)) == Listing::whole);
    CHECK(unfolded(report).size() == 6);
}

TEST_CASE("endpoints without a domain, and of different rules, do not fold")
{
    std::vector<RatedContact> contacts;
    for (int i = 0; i < 6; ++i) {
        contacts.push_back(address_contact("192.0.2." + std::to_string(i), 100));
        contacts.push_back(contact("h.acme.example", 10, cited("acme/" + std::to_string(i), {Purpose::proxy}, "")));
    }
    CHECK(fold(capture_report(contacts), {}).size() == 12);
}

TEST_CASE("every contact is in exactly one row, and those with a citation keep their place")
{
    for (const int uncited : {0, 1, 39, 40, 41, 300})
        for (const int cited_count : {0, 1, 12, 13, 40, 41, 300}) {
            CAPTURE(uncited);
            CAPTURE(cited_count);
            std::vector<RatedContact> contacts(static_cast<std::size_t>(uncited), address_contact("192.0.2.1", 100));
            for (int i = 0; i < cited_count; ++i)
                contacts.push_back(
                    contact("h.acme.example", 10, cited("acme/" + std::to_string(i), {Purpose::proxy}, "")));
            const Report report = capture_report(contacts);
            const auto rows = fold(report, {});
            CHECK(rows.size() <= 42);
            std::size_t total = 0;
            std::uint64_t octets = 0;
            int cited_rows = 0;
            for (const Row& row : rows) {
                total += row.endpoints;
                octets += row.ip_bytes_out;
                cited_rows += row.kind == Row::Kind::contact && row.is_cited() ? 1 : 0;
            }
            CHECK(total == contacts.size());
            CHECK(octets == static_cast<std::uint64_t>(uncited * 100 + cited_count * 10));
            CHECK(cited_rows >= std::min(cited_count, 12));
            if (contacts.size() <= 40)
                CHECK(listing_of(rows) == Listing::whole);
        }
}

namespace {

Process process(std::uint64_t id, std::uint64_t parent, std::string executable)
{
    Process process;
    process.id = id;
    process.parent = parent;
    process.inner_pid = 40;
    process.executable.path = std::move(executable);
    return process;
}

RatedContact contact_of(std::uint64_t process, const std::string& host)
{
    RatedContact rated = contact(host, 1000);
    rated.contact.owner = {process, MatchQuality::exact, {}};
    return rated;
}

}  // namespace

TEST_CASE("contacts of several processes of one program to one endpoint are one row, and one endpoint")
{
    Report report = capture_report({contact_of(2, "a.example"), contact_of(3, "a.example"), contact_of(4, "a.example"),
                                    contact_of(0, "a.example")});
    report.processes = {process(1, 0, "/bin/sh"), process(2, 1, "/usr/bin/curl"), process(3, 1, "/usr/bin/curl"),
                        process(4, 1, "/usr/bin/wget")};
    const auto rows = fold(report, {});
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].processes == 2);
    CHECK(rows[0].flows == 2);
    CHECK(rows[1].processes == 1);
    CHECK(report.endpoints() == 1);
    CHECK(report.uncited() == 1);
    CHECK(listing_of(rows) == Listing::whole);
}
