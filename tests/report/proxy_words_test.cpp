#include "report/proxy_words.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "report/finding_words.h"
#include "report/terminal.h"
#include "tests/report/sample_report.h"

using namespace waybill;

namespace {

Process process(std::uint64_t id, std::string executable)
{
    Process made;
    made.id = id;
    made.executable.path = std::move(executable);
    return made;
}

/// curl asks a proxy; contact 1 is curl's, contact 2 the proxy's.
Report two_legs()
{
    RatedContact asked = test::contact("api.example", 100);
    asked.contact.id = 1;
    asked.contact.owner = {1, MatchQuality::exact, {}};
    RatedContact carried = test::contact("api.example", 90);
    carried.contact.id = 2;
    carried.contact.owner = {2, MatchQuality::exact, {}};
    carried.contact.carries = {1};
    Via via;
    via.proxy = {*IpAddress::parse("127.0.0.1"), Port{8080}};
    via.process = 2;
    via.flows = via.connections = 1;
    via.contacts = {2};
    asked.contact.via = {via};
    Report report = test::sinkhole_report({asked, carried});
    report.processes = {process(1, "/usr/bin/curl"), process(2, "/usr/bin/proxy")};
    return report;
}

const Contact& contact(const Report& report, std::uint64_t id)
{
    for (const RatedContact& rated : report.contacts)
        if (rated.contact.id == id)
            return rated.contact;
    FAIL("no such contact");
    return report.contacts.front().contact;
}

}  // namespace

TEST_CASE("the legs of a proxy name each other")
{
    Report report = two_legs();
    CHECK(leg_remarks(contact(report, 1), report) == std::vector<std::string>{"via proxy (127.0.0.1:8080)"});
    CHECK(leg_remarks(contact(report, 2), report) == std::vector<std::string>{"for curl"});
}

TEST_CASE("a leg that could not be joined says what is known")
{
    Report report = two_legs();
    Contact asked = contact(report, 1);
    Via& via = asked.via.front();
    via.contacts.clear();
    via.connections = 0;
    CHECK(leg_remarks(asked, report).front() == "via proxy (127.0.0.1:8080), which made no connection meanwhile");
    via.others = 3;
    CHECK(leg_remarks(asked, report).front() ==
          "via proxy (127.0.0.1:8080), which made 3 connections meanwhile, for whom is not known");
    via.process = 0;
    via.proxy = {*IpAddress::parse("2001:db8::1"), Port{3128}};
    CHECK(leg_remarks(asked, report).front() == "via [2001:db8::1]:3128");
}

TEST_CASE("what went past the proxy is said before the table, in neutral words")
{
    Report report = two_legs();
    report.findings = {{FindingKind::direct_past_proxy, {"HTTPS_PROXY", "127.0.0.1", Port{8080}}, {1}, 2}};
    const std::string sentence =
        "contacted directly, in 2 flows, although HTTPS_PROXY names 127.0.0.1:8080: api.example:443 (curl)";
    CHECK(finding_sentence(report.findings.front(), report) == sentence);
    TerminalStyle style;
    style.columns = 140;
    const std::string page = report_to_terminal(report, style);
    CHECK(page.find(sentence) < page.find("ENDPOINT"));
    report.findings.front().variable = {"all_proxy", "2001:db8::1", Port{}};
    CHECK(finding_sentence(report.findings.front(), report).contains("although all_proxy names [2001:db8::1]: "));
}

TEST_CASE("daemons that were asked are told once each, with who asked, and apart from what was only tried")
{
    Report report = two_legs();
    const auto call = [](std::uint64_t process, std::string path, LocalSocketOutcome outcome, std::string listener) {
        Delegation delegation;
        delegation.process = process;
        delegation.path = std::move(path);
        delegation.outcome = outcome;
        delegation.listener = std::move(listener);
        delegation.count = 2;
        return delegation;
    };
    using enum LocalSocketOutcome;
    report.delegations = {call(1, "/run/docker.sock", answered, "/usr/bin/dockerd"),
                          call(2, "/run/docker.sock", answered, ""), call(1, "@agent", asked, ""),
                          call(1, "/run/nscd/socket", tried, "")};
    CHECK(delegation_sentences(report) ==
          std::vector<std::string>{"/run/docker.sock (/usr/bin/dockerd), 4 times by curl, proxy",
                                   "@agent, 2 times by curl; whether it answered is not known",
                                   "what those contacted on behalf of it is not in this recording",
                                   "tried, and not known whether anybody is there: /run/nscd/socket"});
    report.delegations.resize(1);
    report.delegations.front().path.clear();
    report.delegations.front().kind = LocalSocketKind::udp;
    report.delegations.front().server = {*IpAddress::parse("127.0.0.53"), Port{53}};
    report.delegations.front().listener.clear();
    CHECK(delegation_sentences(report).front() == "127.0.0.53:53/udp, 2 times by curl");
}
