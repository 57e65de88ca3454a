#include "cli/rules_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "base/file.h"
#include "cli/analyze_case.h"
#include "cli/print.h"
#include "rules/coverage.h"
#include "rules/draft.h"
#include "rules/explain.h"
#include "rules/host_list.h"
#include "rules/lint.h"

namespace waybill {
namespace {

rules::Date today()
{
    return std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
}

std::expected<rules::EndpointQuery, Failure> endpoint_of(const RulesOptions& options)
{
    const auto endpoint = rules::parse_endpoint(options.subject);
    if (!endpoint)
        return std::unexpected(
            Failure{ExitCode::usage,
                    fmt::format("\"{}\" is not an endpoint: {}; write api.example, api.example:443 or 192.0.2.1:53/udp",
                                options.subject, rules::text(endpoint.error()))});
    return *endpoint;
}

/// The contacts of a report with that endpoint.
std::vector<RatedContact> contacts_with(const Report& report, const rules::EndpointQuery& endpoint)
{
    std::vector<RatedContact> found;
    for (const RatedContact& rated : report.contacts) {
        const rules::EndpointQuery asked = rules::query(rated.contact.endpoint);
        const bool is_place = endpoint.host ? asked.host == endpoint.host
                                            : !asked.host && rated.contact.endpoint.address == endpoint.address;
        const bool is_port = !endpoint.port || asked.port == endpoint.port;
        if (is_place && is_port && (!endpoint.transport || asked.transport == endpoint.transport))
            found.push_back(rated);
    }
    return found;
}

std::expected<rules::HostListFacts, Failure> facts_of(const ImportOptions& options)
{
    const auto wrong = [](std::string message) {
        return std::unexpected(Failure{ExitCode::usage, std::move(message)});
    };
    rules::HostListFacts facts;
    facts.id = options.id;
    facts.title = options.title;
    facts.url = options.url;
    facts.licence = options.licence;
    facts.vendor = options.vendor.empty() ? "several" : options.vendor;
    facts.whole_domains = options.whole_domains;
    for (const std::string& word : options.purposes) {
        const auto purpose = parse_purpose(word);
        if (!purpose)
            return wrong(fmt::format("--purpose: \"{}\" is not a purpose; docs/formats/rule-pack.md lists them", word));
        facts.purposes.push_back(*purpose);
    }
    const auto read = options.read.empty() ? std::optional{today()} : rules::parse_date(options.read);
    if (!read)
        return wrong(fmt::format("--read: \"{}\" is not a day such as 2026-11-27", options.read));
    facts.read = *read;
    return facts;
}

constexpr std::size_t max_list_octets = 32U << 20U;  // some million names

}  // namespace

ExitCode list_rules(const RulesOptions& options)
{
    const auto rules = load_rules(options.rules);
    return rules ? print_text(rules::list_text(rules->book)) : fail(rules.error());
}

ExitCode show_rules(const RulesOptions& options)
{
    const auto rules = load_rules(options.rules);
    if (!rules)
        return fail(rules.error());
    const auto packs = rules->book.packs();
    if (const auto pack = std::ranges::find(packs, options.subject, &rules::Pack::id); pack != packs.end())
        return print_text(rules::show_text(*pack));
    if (const rules::Rule* const rule = rules->book.find_rule(options.subject))
        return print_text(rules::show_text(*rule, rules->book, today()));
    if (const rules::Switch* const found = rules->book.find_switch(options.subject))
        return print_text(rules::show_text(*found, today()));
    return fail({ExitCode::usage,
                 options.subject + ": no pack, rule or switch has this id; `waybill rules list` names the packs"});
}

ExitCode explain_rules(const RulesOptions& options)
{
    const auto endpoint = endpoint_of(options);
    if (!endpoint)
        return fail(endpoint.error());
    const auto rules = load_rules(options.rules);
    return rules ? print_text(rules::explain(rules->book, *endpoint, today())) : fail(rules.error());
}

ExitCode lint_rules(const RulesOptions& options)
{
    const auto rules = load_rules(options.rules);
    if (!rules)
        return fail(rules.error());
    const auto findings = rules::lint(rules->book, rules->suffixes, today());
    std::string text;
    for (const rules::LintFinding& finding : findings)
        text += finding.text() + "\n";
    text += std::to_string(rules->book.rule_count()) + " rules, " + std::to_string(findings.size()) + " findings\n";
    const ExitCode printed = print_text(text);
    return printed == ExitCode::ok && !findings.empty() ? ExitCode::bad_rules : printed;
}

ExitCode rules_stats(const RulesOptions& options)
{
    const auto rules = load_rules(options.rules);
    if (!rules)
        return fail(rules.error());
    const rules::Coverage coverage = rules::coverage(rules->book, today());
    return print_text(options.json ? rules::coverage_json(coverage) : rules::coverage_text(coverage));
}

ExitCode draft_rule(const RulesOptions& options)
{
    const auto endpoint = endpoint_of(options);
    if (!endpoint)
        return fail(endpoint.error());
    const auto rules = load_rules(options.rules);
    if (!rules)
        return fail(rules.error());
    rules::DraftSubject subject{*endpoint, {}, {}, nullptr, today()};
    if (endpoint->host)
        subject.registrable_domain = rules->suffixes.registrable_domain(*endpoint->host);
    std::optional<Report> report;
    std::vector<RatedContact> contacts;
    if (!options.case_folder.empty()) {
        auto read = read_case(options.case_folder, *rules);
        if (!read)
            return fail(read.error());
        report = *std::move(read);
        contacts = contacts_with(*report, *endpoint);
        if (contacts.empty())
            return fail({ExitCode::usage, fmt::format("{}: this case has no contact with it", options.subject)});
        subject.contacts = contacts;
        subject.report = &*report;
    }
    return print_text(options.question ? rules::draft_question(subject) : rules::draft_pack(subject));
}

ExitCode import_hosts(const RulesOptions& options)
{
    const auto facts = facts_of(options.import);
    if (!facts)
        return fail(facts.error());
    const auto text = read_file(options.import.file, max_list_octets);
    if (!text)
        return fail({ExitCode::input_not_readable, text.error()});
    const rules::HostList list = rules::read_host_list(*text);
    if (list.hosts.empty())
        return fail({ExitCode::input_not_understood,
                     options.import.file.string() + ": no name was found; a line is `0.0.0.0 host` or `host`"});
    const auto suffixes = rules::PublicSuffixList::system();
    if (!suffixes)
        return fail({ExitCode::bad_rules, "no public suffix list; install publicsuffix"});
    std::string pack = rules::host_list_pack(list, *facts, *suffixes);
    if (const auto loads = rules::parse_pack(pack, facts->id + ".json"); !loads)
        return fail({ExitCode::usage, loads.error().text()});
    const std::string counted =
        fmt::format("waybill: {} hosts, {} lines not understood, {} names of a machine left out\n", list.hosts.size(),
                    list.not_understood, list.own_names);
    static_cast<void>(write_all(STDERR_FILENO, counted));  // nowhere else to say it
    return print_text(pack);
}

}  // namespace waybill
