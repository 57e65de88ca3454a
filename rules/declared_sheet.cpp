#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/markdown_text.h"
#include "base/text.h"
#include "rules/declared.h"
#include "rules/explain.h"

namespace waybill::rules {
namespace {

using Json = nlohmann::ordered_json;

std::string endpoint_of(const Contact& contact)
{
    const EndpointQuery asked = query(contact.endpoint);
    if (!asked.host && contact.endpoint.host)
        return printable(*contact.endpoint.host);
    return printable(text(asked));
}

/// Each endpoint once, in the report's order.
std::vector<std::string> endpoints_of(const std::vector<std::size_t>& contacts, const Report& report)
{
    std::vector<std::string> endpoints;
    std::set<std::string> seen;
    for (const std::size_t contact : contacts)
        if (auto endpoint = endpoint_of(report.contacts[contact].contact); seen.insert(endpoint).second)
            endpoints.push_back(std::move(endpoint));
    return endpoints;
}

std::uint64_t flows_of(const std::vector<std::size_t>& contacts, const Report& report)
{
    std::uint64_t flows = 0;
    for (const std::size_t contact : contacts)
        flows += report.contacts[contact].contact.flow_count;
    return flows;
}

std::string patterns_of(const Rule& rule)
{
    std::vector<std::string> patterns;
    patterns.reserve(rule.match.hosts.size() + rule.match.addresses.size());
    for (const HostPattern& pattern : rule.match.hosts)
        patterns.push_back(pattern.text());
    for (const AddressRange& range : rule.match.addresses)
        patterns.push_back(text(range));
    constexpr std::size_t few = 4;
    const std::size_t more = patterns.size() > few ? patterns.size() - few : 0;
    patterns.resize(patterns.size() - more);
    return printable(
        fmt::format("{}{}", fmt::join(patterns, ", "), more == 0 ? "" : fmt::format(" and {} more", more)));
}

const Source& strongest(const Rule& rule)
{
    return *std::ranges::min_element(rule.sources, {}, &Source::grade);
}

std::string cited(const Rule& rule)
{
    const Source& source = strongest(rule);
    return printable(fmt::format("{}, read {}{}", text(source.grade), text(source.read),
                                 source.read_via ? " in a mirror or a copy" : ""));
}

bool was_attempted(const Report& report)
{
    return report.run && report.run->mode == NetworkMode::sinkhole;
}

std::string_view contacted(const Report& report)
{
    return was_attempted(report) ? "attempted to contact" : "contacted";
}

/// What the absence of a contact is worth here.
std::string scope_of(const Report& report)
{
    std::vector<std::string> limits;
    for (const Gap& gap : report.gaps)
        if (affects(gap.kind, Claim::absence) || affects(gap.kind, Claim::endpoints))
            limits.emplace_back(describe(gap.kind).id);
    return limits.empty() ? std::string{"no gap limits this"} : fmt::format("limited by {}", fmt::join(limits, ", "));
}

std::vector<std::string> others_of(const Declared& declared, const Report& report)
{
    std::vector<std::string> lines;
    std::set<std::string> seen;
    for (const std::size_t contact : declared.of_others) {
        const RatedContact& rated = report.contacts[contact];
        std::vector<std::string_view> purposes;
        purposes.reserve(rated.rating.purposes.size());
        for (const Purpose purpose : rated.rating.purposes)
            purposes.push_back(waybill::text(purpose));
        std::string line = fmt::format("{}: {} [{}, {}]", endpoint_of(rated.contact), fmt::join(purposes, ", "),
                                       printable(rated.rating.rule), printable(rated.rating.vendor));
        if (seen.insert(line).second)
            lines.push_back(std::move(line));
    }
    return lines;
}

/// A title and its lines, with how many there are.
void add_list(std::string& out, std::string_view title, const std::vector<std::string>& lines)
{
    out += fmt::format("{} ({})\n", title, lines.size());
    for (const std::string& line : lines)
        out += fmt::format("  {}\n", line);
    out += '\n';
}

/// The same in Markdown, where what stands in a line is text and nothing else.
void add_section(std::string& out, std::string_view title, const std::vector<std::string>& lines)
{
    out += fmt::format("## {} ({})\n", title, lines.size());
    for (const std::string& line : lines)
        out += fmt::format("- {}\n", markdown_text(line));
    out += '\n';
}

struct Sheet {
    std::vector<std::string> seen;
    std::vector<std::string> not_seen;
    std::vector<std::string> of_others;
    std::vector<std::string> not_documented;
};

Sheet sheet_of(const Declared& declared, const Report& report)
{
    Sheet sheet;
    for (const DeclaredRule& each : declared.seen)
        sheet.seen.push_back(fmt::format("{}: {} [{}; {}]", fmt::join(endpoints_of(each.contacts, report), ", "),
                                         purposes_text(*each.rule), printable(each.rule->id), cited(*each.rule)));
    for (const DeclaredRule& each : declared.not_seen)
        sheet.not_seen.push_back(fmt::format("{}: {} [{}; {}]", patterns_of(*each.rule), purposes_text(*each.rule),
                                             printable(each.rule->id), cited(*each.rule)));
    sheet.of_others = others_of(declared, report);
    sheet.not_documented = endpoints_of(declared.not_documented, report);
    return sheet;
}

}  // namespace

std::string declared_text(const Declared& declared, const Report& report)
{
    const Sheet sheet = sheet_of(declared, report);
    std::string out =
        fmt::format("{}: what is documented, and what was {}\nlooked up in {}\n\n", printable(declared.name),
                    was_attempted(report) ? "attempted to be contacted" : "contacted", declared.packs);
    add_list(out, "Documented and seen", sheet.seen);
    add_list(out, fmt::format("Documented, and not seen in this recording; {}", scope_of(report)), sheet.not_seen);
    add_list(out, "Seen, and documented of others", sheet.of_others);
    add_list(out, "Seen, and not found in the sources cited", sheet.not_documented);
    return out;
}

std::string declared_markdown(const Declared& declared, const Report& report)
{
    const Sheet sheet = sheet_of(declared, report);
    std::string out = fmt::format("# {}: declared and observed\n\n", markdown_text(declared.name));
    if (report.run)
        out += fmt::format("Recorded from {} to {}, network mode {}, by waybill {}. ", to_rfc3339(report.run->started),
                           to_rfc3339(report.run->ended), text(report.run->mode), markdown_text(report.run->waybill));
    out += fmt::format("Looked up in {}. Metadata only: names, addresses, sizes and times.\n\n",
                       markdown_text(declared.packs));
    add_section(out, "Documented and seen", sheet.seen);
    add_section(out, "Documented, and not seen in this recording", sheet.not_seen);
    out += fmt::format("One recording shows what it shows: {}.\n\n", scope_of(report));
    add_section(out, "Seen, and documented of others", sheet.of_others);
    add_section(out, "Seen, and not found in the sources cited", sheet.not_documented);
    if (sheet.not_documented.empty())
        return out;
    out += fmt::format(
        "## Questions to the vendor\n\nThe tool {} these endpoints, which we did not find in the sources "
        "above. That says nothing about the endpoints themselves.\n\n",
        contacted(report));
    for (const std::string& endpoint : sheet.not_documented)
        out += fmt::format(
            "- {}: What is it for, who runs it, and who receives the data? Which data, and when? Is there "
            "a documented setting that stops it? Where is this documented?\n",
            markdown_code(endpoint));
    return out;
}

std::string declared_json(const Declared& declared, const Report& report)
{
    const auto rules_of = [&](const std::vector<DeclaredRule>& rules) {
        Json list = Json::array();
        for (const DeclaredRule& each : rules) {
            const Source& source = strongest(*each.rule);
            Json purposes = Json::array();
            for (const Purpose purpose : each.rule->purposes)
                purposes.push_back(waybill::text(purpose));
            list.push_back({{"rule", each.rule->id},
                            {"purposes", purposes},
                            {"endpoints", endpoints_of(each.contacts, report)},
                            {"flows", flows_of(each.contacts, report)},
                            {"grade", text(source.grade)},
                            {"read", text(source.read)},
                            {"url", source.url},
                            {"read_via", source.read_via ? Json(*source.read_via) : Json(nullptr)}});
        }
        return list;
    };
    const Json json{{"format", "waybill-declared/1"},
                    {"name", declared.name},
                    {"looked_up_in", declared.packs},
                    {"documented_and_seen", rules_of(declared.seen)},
                    {"documented_not_seen", rules_of(declared.not_seen)},
                    {"seen_documented_of_others", endpoints_of(declared.of_others, report)},
                    {"seen_not_found_in_sources", endpoints_of(declared.not_documented, report)}};
    return json_without_hidden(json.dump(2, ' ', false, Json::error_handler_t::replace)) + "\n";
}

}  // namespace waybill::rules
