#include "rules/explain.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "base/text.h"
#include "rules/rate.h"

namespace waybill::rules {
namespace {

/// Lines of text whose values are cleaned on the way in.
class Lines {
public:
    void add(unsigned indent, std::string_view label, std::string_view value)
    {
        const std::string clean = printable(value);
        if (label.empty())
            fmt::format_to(std::back_inserter(text_), "{:{}}{}\n", "", indent, clean);
        else
            fmt::format_to(std::back_inserter(text_), "{:{}}{:<11}{}\n", "", indent, label, clean);
    }
    void add_empty() { text_ += '\n'; }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

/// The days for which it holds that the sources said so: of an older edition its own day, else that of reading it.
std::string days_text(const ReadDates& dates)
{
    if (dates.oldest == dates.latest)
        return fmt::format("on {}", text(dates.latest));
    return fmt::format("between {} and {}", text(dates.oldest), text(dates.latest));
}

std::vector<std::string> conditions_text(const Rule& rule)
{
    std::vector<std::string> conditions;
    conditions.reserve(rule.match.ports.size() + rule.match.transports.size());
    for (const PortRange& range : rule.match.ports)
        conditions.push_back(fmt::format("port {}", range.text()));
    for (const Transport transport : rule.match.transports)
        conditions.emplace_back(waybill::text(transport));
    return conditions;
}

std::vector<std::string> patterns_text(const Rule& rule)
{
    std::vector<std::string> patterns;
    patterns.reserve(rule.match.hosts.size() + rule.match.addresses.size());
    for (const HostPattern& pattern : rule.match.hosts)
        patterns.push_back(pattern.text());
    for (const AddressRange& range : rule.match.addresses)
        patterns.push_back(text(range));
    return patterns;
}

/// "as it stood on 2026-08-22, 97 days ago"
std::string stood_text(const Source& source, Date today)
{
    const int age = age_days(source, today);
    return fmt::format("as it stood on {}{}", text(source.read),
                       age <= 0 ? "" : fmt::format(", {} day{} ago", age, age == 1 ? "" : "s"));
}

void add_sources(Lines& out, const std::vector<Source>& cited, Date today)
{
    out.add(0, "", cited.size() == 1 ? "Who says so" : "Who says so (the strongest grade first)");
    std::vector<const Source*> sources;
    sources.reserve(cited.size());
    for (const Source& source : cited)
        sources.push_back(&source);
    // All are of one list, so that their order in memory is their order there.
    std::ranges::sort(sources, {}, [](const Source* source) { return std::pair{source->grade, source}; });
    for (const Source* source : sources) {
        out.add(2, "", fmt::format("{} ({}, {})", source->title, text(source->grade), stood_text(*source, today)));
        out.add(4, "", source->paraphrase);
        out.add(4, "", source->url);
        if (source->read_via)
            out.add(4, "", fmt::format("read by way of {}", *source->read_via));
    }
}

void add_opt_outs(Lines& out, const Rule& rule, const RuleBook& book)
{
    if (rule.opt_outs.empty())
        return;
    out.add(0, "", "Documented switches");
    for (const std::string_view id : rule.opt_outs) {
        const Switch* const found = book.find_switch(id);
        if (found == nullptr) {
            out.add(2, "", fmt::format("{}: of a pack that is not loaded", id));
            continue;
        }
        out.add(2, "", fmt::format("{} ({}): {}", found->name, text(found->kind), found->effect));
        out.add(4, "", fmt::format("{} ({})", found->sources.front().url, id));
    }
}

void add_facts(Lines& out, const Rule& rule)
{
    out.add(0, "", rule.statement);
    if (rule.purposes.size() > 1)
        out.add(0, "", "Metadata alone cannot tell these purposes apart.");
    out.add_empty();
    out.add(0, "vendor", rule.vendor);
    if (rule.customers)
        out.add(0, "", "the names belong to its customers");
    for (const Operator& each : rule.operators)
        out.add(0, "operator", fmt::format("{} receives the data ({})", each.name, each.source));
    if (!rule.products.empty())
        out.add(0, "products", fmt::format("{}", fmt::join(rule.products, ", ")));
    out.add(0, "purposes", purposes_text(rule));
}

/// The condition that the rule makes and the question leaves open.
std::string unchecked_text(const Rule& rule, const EndpointQuery& endpoint)
{
    std::vector<std::string> open;
    if (!endpoint.port && !rule.match.ports.empty())
        open.emplace_back("port");
    if (!endpoint.transport && !rule.match.transports.empty())
        open.emplace_back("transport");
    if (open.empty())
        return {};
    return fmt::format("the rule holds for {} only; no {} was given", fmt::join(conditions_text(rule), ", "),
                       fmt::join(open, " and no "));
}

void add_match(Lines& out, const RuleMatch& match, const EndpointQuery& endpoint)
{
    out.add(0, "rule",
            fmt::format("{} (pack {}{}, version {})", match.rule->id, match.pack->id,
                        match.pack->origin == PackOrigin::own ? " of your own" : "", text(match.pack->version)));
    const unsigned conditions = match.why.specificity.conditions;
    out.add(0, "matched by",
            fmt::format("{}, {}{}", match.why.pattern, text(match.why.specificity.level),
                        conditions == 0 ? "" : fmt::format(", and {}", fmt::join(conditions_text(*match.rule), ", "))));
    if (const std::string open = unchecked_text(*match.rule, endpoint); !open.empty())
        out.add(0, "", open);
    for (const RuleCandidate& loser : match.runners_up)
        out.add(0, "also",
                fmt::format("{} by {} ({}): {}", loser.rule->id, loser.why.pattern, purposes_text(*loser.rule),
                            why_it_lost(loser, {match.rule, match.pack, match.why})));
}

/// Whose a pack is, where it is not one that comes with the program.
std::string origin_text(const RuleBook& book, const Pack& pack)
{
    if (pack.origin == PackOrigin::shipped)
        return {};
    const auto replaced = std::ranges::find(book.replaced(), pack.id, &ReplacedPack::id);
    return replaced == book.replaced().end()
               ? "  (your own)"
               : fmt::format("  (your own, in place of the one that comes with Waybill, {})", replaced->version);
}

}  // namespace

std::string purposes_text(const Rule& rule)
{
    std::vector<std::string_view> words;
    words.reserve(rule.purposes.size());
    for (const Purpose purpose : rule.purposes)
        words.push_back(waybill::text(purpose));
    return fmt::format("{}", fmt::join(words, ", "));
}

std::string why_it_lost(const RuleCandidate& loser, const RuleCandidate& winner)
{
    const Specificity& mine = loser.why.specificity;
    const Specificity& theirs = winner.why.specificity;
    if (mine.level != theirs.level)
        return fmt::format("{} comes before {}", text(theirs.level), text(mine.level));
    if (mine.length != theirs.length || mine.literal_characters != theirs.literal_characters)
        return fmt::format("{} is longer", winner.why.pattern);
    if (mine.conditions != theirs.conditions)
        return "the other has more conditions that hold";
    if (loser.pack->origin != winner.pack->origin)
        return "both are equally specific, and the other is of your own";
    return "both are equally specific, and the other's id comes first";
}

std::string not_found_text(const RuleBook& book, const EndpointQuery& endpoint)
{
    std::vector<const Pack*> packs;
    if (endpoint.host)
        packs = book.packs_claiming(*endpoint.host);
    if (packs.empty())
        for (const Pack& pack : book.packs())
            packs.push_back(&pack);
    if (packs.empty())
        return "No rule pack is loaded.";
    std::vector<std::string_view> names;
    ReadDates dates = read_dates(*packs.front());
    for (const Pack* pack : packs) {
        names.push_back(pack->id);
        dates.oldest = std::min(dates.oldest, read_dates(*pack).oldest);
        dates.latest = std::max(dates.latest, read_dates(*pack).latest);
    }
    constexpr std::size_t few = 6;
    const std::string cited = names.size() > few
                                  ? fmt::format("the {} packs in force", names.size())
                                  : fmt::format("{} {}", names.size() == 1 ? "pack" : "packs", fmt::join(names, ", "));
    return printable(fmt::format("Not found in the sources cited by {}, as they stood {}.", cited, days_text(dates)));
}

std::string explain(const RuleBook& book, const EndpointQuery& endpoint, Date today)
{
    Lines out;
    out.add(0, "", text(endpoint));
    const auto match = book.find(endpoint);
    if (!match) {
        out.add(0, "", not_found_text(book, endpoint));
        if (endpoint.host)
            for (const Pack* pack : book.packs_claiming(*endpoint.host))
                out.add(0, "", fmt::format("Its domain is one that pack {} speaks about: {}.", pack->id, pack->vendor));
        return out.take();
    }
    add_facts(out, *match->rule);
    add_match(out, *match, endpoint);
    out.add_empty();
    add_sources(out, match->rule->sources, today);
    add_opt_outs(out, *match->rule, book);
    return out.take();
}

std::string list_text(const RuleBook& book)
{
    Lines out;
    for (const Pack& pack : book.packs())
        out.add(0, "",
                fmt::format("{:<20} {}  {:>3} rules  sources as they stood {:<33} {}  sha256:{}{}", pack.id,
                            text(pack.version), pack.rules.size(), days_text(read_dates(pack)), pack.title,
                            pack.digest(), origin_text(book, pack)));
    out.add(0, "", fmt::format("{} rules in {} packs", book.rule_count(), book.packs().size()));
    return out.take();
}

std::string show_text(const Pack& pack)
{
    Lines out;
    out.add(0, "pack", fmt::format("{}: {}", pack.id, pack.title));
    out.add(0, "version", text(pack.version));
    out.add(0, "vendor", pack.vendor);
    out.add(0, "domains", fmt::format("{}", fmt::join(pack.registrable_domains, ", ")));
    out.add(0, "sources", "as they stood " + days_text(read_dates(pack)));
    out.add(0, "licence", pack.licence);
    out.add(0, "sha256", pack.digest());
    out.add_empty();
    for (const Rule& rule : pack.rules) {
        out.add(0, "", fmt::format("{}: {}", rule.id, purposes_text(rule)));
        out.add(2, "", fmt::format("{}", fmt::join(patterns_text(rule), ", ")));
    }
    return out.take();
}

std::string show_text(const Rule& rule, const RuleBook& book, Date today)
{
    Lines out;
    out.add(0, "rule", rule.id);
    add_facts(out, rule);
    out.add(0, "matches", fmt::format("{}", fmt::join(patterns_text(rule), ", ")));
    if (const auto conditions = conditions_text(rule); !conditions.empty())
        out.add(0, "only", fmt::format("{}", fmt::join(conditions, ", ")));
    out.add_empty();
    add_sources(out, rule.sources, today);
    add_opt_outs(out, rule, book);
    return out.take();
}

std::string show_text(const Switch& found, Date today)
{
    Lines out;
    out.add(0, "switch", found.id);
    out.add(0, "", found.effect);
    out.add_empty();
    out.add(0, "name", found.name);
    out.add(0, "kind", text(found.kind));
    out.add(0, "products", fmt::format("{}", fmt::join(found.products, ", ")));
    std::vector<std::string_view> covers;
    for (const Purpose purpose : found.covers)
        covers.push_back(waybill::text(purpose));
    out.add(0, "covers", fmt::format("{}", fmt::join(covers, ", ")));
    for (const auto& [name, value] : found.set.environment)
        out.add(0, "set by", fmt::format("{}={}", name, value));
    if (!found.set.arguments.empty())
        out.add(0, "set by", fmt::format("arguments {}", fmt::join(found.set.arguments, " ")));
    if (!found.set.command.empty())
        out.add(0, "set by", fmt::format("command {}", fmt::join(found.set.command, " ")));
    if (found.set.file)
        out.add(0, "set by",
                fmt::format("~/{}: {}", found.set.file->path,
                            found.set.file->json.value_or(found.set.file->text.value_or(""))));
    if (!found.set.is_settable())
        out.add(0, "set by", "a person");
    out.add_empty();
    add_sources(out, found.sources, today);
    return out.take();
}

}  // namespace waybill::rules
