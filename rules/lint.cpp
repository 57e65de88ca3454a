#include "rules/lint.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/ascii.h"
#include "base/text.h"

namespace waybill::rules {
namespace {

using Kind = LintFinding::Kind;

/// Starts of words that judge, a space at the end for whole words. A rule says what a source documents.
constexpr std::array<std::string_view, 24> judging_starts{
    "leak",    "spy ",    "spying",    "spies ",     "suspicio",    "malicio",  "undocumented", "secretly",
    "covert",  "stealth", "exfiltrat", "phone home", "phones home", "surveil",  "snoop",        "evil ",
    "creepy ", "shady ",  "illegal",   "unsafe ",    "safe ",       "harmless", "complian",     "benign ",
};

/// Gathers findings about the packs of one book.
class Linter {
public:
    Linter(const RuleBook& book, const PublicSuffixList& suffixes, Date today)
        : book_{book}, suffixes_{suffixes}, today_{today}
    {
    }

    std::vector<LintFinding> run()
    {
        for (const Pack& pack : book_.packs()) {
            check_claims(pack);
            if (pack.version > today_)
                add(Kind::date_in_future, pack, "version",
                    fmt::format("{} is after {}", text(pack.version), text(today_)));
            for (const Rule& rule : pack.rules)
                check_rule(pack, rule);
            for (const Switch& found : pack.switches)
                check_switch(pack, found);
        }
        check_same_patterns();
        std::ranges::sort(findings_, {}, [](const LintFinding& finding) {
            return std::tie(finding.pack, finding.where, finding.kind, finding.what);
        });
        return std::move(findings_);
    }

private:
    void add(Kind kind, const Pack& pack, std::string_view where, std::string what)
    {
        findings_.push_back({kind, pack.file, std::string{where}, std::move(what)});
    }

    void check_claims(const Pack& pack)
    {
        for (const std::string_view domain : pack.registrable_domains) {
            const auto host = Hostname::parse(domain);
            if (!host || suffixes_.is_registered(*host))
                continue;
            const std::string_view registered = suffixes_.registrable_domain(*host);
            add(Kind::not_registrable, pack, "registrable_domains",
                fmt::format("\"{}\" is not a domain that somebody registered; claim {}", domain,
                            registered.empty() ? "a name below it" : registered));
        }
    }

    void check_rule(const Pack& pack, const Rule& rule)
    {
        check_examples(pack, rule);
        check_hosts(pack, rule);
        check_words(pack, rule.id, "statement", rule.statement);
        check_sentence(pack, rule.id, "statement", rule.statement);
        check_purposes(pack, rule.id, rule.purposes);
        check_sources(pack, rule.id, rule.sources);
        for (const std::string_view id : rule.opt_outs)
            if (book_.find_switch(id) == nullptr)
                add(Kind::unknown_switch, pack, rule.id, fmt::format("no pack that is loaded has a switch {}", id));
        for (const Operator& each : rule.operators)
            if (std::ranges::find(rule.sources, each.source, &Source::url) == rule.sources.end())
                add(Kind::operator_unsourced, pack, rule.id,
                    fmt::format("{} is said by {}, which is none of the rule's sources", each.name, each.source));
    }

    void check_switch(const Pack& pack, const Switch& found)
    {
        check_words(pack, found.id, "effect", found.effect);
        check_sentence(pack, found.id, "effect", found.effect);
        check_purposes(pack, found.id, found.covers);
        check_sources(pack, found.id, found.sources);
    }

    void check_sources(const Pack& pack, std::string_view where, const std::vector<Source>& sources)
    {
        for (const Source& source : sources) {
            check_words(pack, where, "paraphrase", source.paraphrase);
            if (source.read > today_)
                add(Kind::date_in_future, pack, where,
                    fmt::format("{} was read on {}, after {}", source.url, text(source.read), text(today_)));
        }
    }

    void check_examples(const Pack& pack, const Rule& rule)
    {
        if (rule.examples.match.empty() || rule.examples.no_match.empty())
            add(Kind::example_missing, pack, rule.id, "it needs an endpoint that it decides and one that it does not");
        for (const HostPattern& pattern : rule.match.hosts) {
            const bool is_shown = std::ranges::any_of(rule.examples.match, [&](std::string_view endpoint) {
                const auto asked = parse_endpoint(endpoint);
                return asked && asked->host && pattern.matches(*asked->host);
            });
            const bool is_own_example = pattern.level() == Specificity::Level::exact_host ||
                                        pattern.level() == Specificity::Level::registrable_domain;
            if (!is_shown && !is_own_example)
                add(Kind::example_missing, pack, rule.id,
                    fmt::format("{} needs an endpoint that matches", pattern.text()));
        }
        const auto decider = [&](std::string_view endpoint) -> std::string_view {
            const auto asked = parse_endpoint(endpoint);
            const auto match = asked ? book_.find(*asked) : std::nullopt;
            return match ? match->rule->id : std::string_view{};
        };
        for (const std::string_view endpoint : rule.examples.match)
            if (const std::string_view by = decider(endpoint); by != rule.id)
                add(Kind::example_fails, pack, rule.id,
                    fmt::format("{} is an example of it, but {} decides", endpoint,
                                by.empty() ? std::string_view{"no rule"} : by));
        for (const std::string_view endpoint : rule.examples.no_match)
            if (decider(endpoint) == rule.id)
                add(Kind::example_fails, pack, rule.id,
                    fmt::format("it decides {}, which it says it does not", endpoint));
    }

    void check_hosts(const Pack& pack, const Rule& rule)
    {
        for (const HostPattern& pattern : rule.match.hosts) {
            const std::string_view tail = pattern.literal_tail();
            const bool is_claimed = std::ranges::any_of(pack.registrable_domains, [&](std::string_view domain) {
                return tail == domain || tail.ends_with(fmt::format(".{}", domain));
            });
            if (!is_claimed)
                add(Kind::outside_claim, pack, rule.id,
                    fmt::format("{} is under no registrable domain that the pack claims", pattern.text()));
            const bool is_wide = pattern.level() == Specificity::Level::suffix ||
                                 pattern.level() == Specificity::Level::registrable_domain;
            if (!rule.customers && is_wide && belongs_to_anybody(tail))
                add(Kind::wider_than_owner, pack, rule.id,
                    fmt::format("names below {} belong to whoever registered them there; name them, or set "
                                "\"customers\"",
                                tail));
        }
    }

    /// Whether names directly below it are registered by anybody (public suffix list, private part included).
    bool belongs_to_anybody(std::string_view tail) const
    {
        const auto host = Hostname::parse(tail);
        return !host || suffixes_.registrable_domain(*host).empty();
    }

    void check_words(const Pack& pack, std::string_view where, std::string_view what, std::string_view written)
    {
        if (const auto words = judging_words(written); !words.empty())
            add(Kind::words_not_neutral, pack, where,
                fmt::format("the {} judges ({}); say what the source documents", what, fmt::join(words, ", ")));
    }

    void check_sentence(const Pack& pack, std::string_view where, std::string_view what, std::string_view written)
    {
        if (!written.ends_with('.') || written.contains(". "))
            add(Kind::statement_form, pack, where,
                fmt::format("the {} must be one sentence that ends with a full stop", what));
    }

    void check_purposes(const Pack& pack, std::string_view where, const std::vector<Purpose>& listed)
    {
        const std::set<Purpose> purposes{listed.begin(), listed.end()};
        if (purposes.size() != listed.size())
            add(Kind::purpose_repeated, pack, where, "a purpose stands twice");
        if (purposes.size() > 1 && purposes.contains(Purpose::unknown))
            add(Kind::purpose_repeated, pack, where, "\"unknown\" stands beside a purpose");
    }

    struct Owner {
        const Pack* pack;
        const Rule* rule;
    };

    /// As between equally specific matches.
    static bool decides(const Pack& pack, const Rule& rule, const Owner& other)
    {
        return pack.origin == other.pack->origin ? rule.id < other.rule->id : pack.origin == PackOrigin::own;
    }

    /// What two rules must share to decide the same endpoints equally closely.
    static std::string key(std::string_view pattern, const Rule& rule)
    {
        std::vector<std::string> conditions;
        conditions.reserve(rule.match.ports.size() + rule.match.transports.size());
        for (const PortRange& range : rule.match.ports)
            conditions.push_back(range.text());
        for (const Transport transport : rule.match.transports)
            conditions.emplace_back(waybill::text(transport));
        std::ranges::sort(conditions);
        return fmt::format("{} {}", pattern, fmt::join(conditions, " "));
    }

    static std::vector<std::string> keys(const Rule& rule)
    {
        std::vector<std::string> all;
        all.reserve(rule.match.hosts.size() + rule.match.addresses.size());
        for (const HostPattern& pattern : rule.match.hosts)
            all.push_back(key(pattern.level() == Specificity::Level::registrable_domain
                                  ? fmt::format("domain {}", pattern.text())
                                  : pattern.text(),
                              rule));
        for (const AddressRange& range : rule.match.addresses)
            all.push_back(key(text(range), rule));
        return all;
    }

    void check_same_patterns()
    {
        std::map<std::string, Owner> owners;  // the rule that decides: ids decide between equals
        for (const Pack& pack : book_.packs())
            for (const Rule& rule : pack.rules)
                for (const std::string& key : keys(rule)) {
                    const auto [owner, is_new] = owners.try_emplace(key, Owner{&pack, &rule});
                    if (!is_new && decides(pack, rule, owner->second))
                        owner->second = {&pack, &rule};
                }
        for (const Pack& pack : book_.packs())
            for (const Rule& rule : pack.rules)
                compare_with_owners(pack, rule, owners);
    }

    void compare_with_owners(const Pack& pack, const Rule& rule, const std::map<std::string, Owner>& owners)
    {
        bool is_decided_elsewhere = true;
        std::vector<std::string> doubled;
        std::string_view by;
        for (const std::string& key : keys(rule)) {
            const Owner& found = owners.at(key);
            const Rule& owner = *found.rule;
            if (&owner == &rule || found.pack->origin != pack.origin) {  // one's own may override a shipped one
                is_decided_elsewhere = false;
                continue;
            }
            by = owner.id;
            const std::set<Purpose> ours{rule.purposes.begin(), rule.purposes.end()};
            const bool agrees = ours == std::set<Purpose>{owner.purposes.begin(), owner.purposes.end()};
            if (!agrees)
                add(Kind::contradictory, pack, rule.id,
                    fmt::format("{} has {} too, with other purposes", owner.id, trim(key)));
            else
                doubled.push_back(fmt::format("{} has {} too, and decides", owner.id, trim(key)));
        }
        if (is_decided_elsewhere)
            add(Kind::shadowed, pack, rule.id, fmt::format("it never decides: {} has the same patterns", by));
        else
            for (std::string& each : doubled)
                add(Kind::duplicate, pack, rule.id, std::move(each));
    }

    const RuleBook& book_;
    const PublicSuffixList& suffixes_;
    Date today_;
    std::vector<LintFinding> findings_;
};

}  // namespace

std::string LintFinding::text() const
{
    return printable(fmt::format("{}: {}: {} [{}]", pack, where, what, rules::text(kind)));
}

std::string_view text(LintFinding::Kind kind)
{
    switch (kind) {
        case Kind::example_fails:
            return "example-fails";
        case Kind::example_missing:
            return "example-missing";
        case Kind::contradictory:
            return "contradictory";
        case Kind::shadowed:
            return "shadowed";
        case Kind::outside_claim:
            return "outside-claim";
        case Kind::not_registrable:
            return "not-registrable";
        case Kind::date_in_future:
            return "date-in-future";
        case Kind::words_not_neutral:
            return "words-not-neutral";
        case Kind::statement_form:
            return "statement-form";
        case Kind::purpose_repeated:
            return "purpose-repeated";
        case Kind::duplicate:
            return "duplicate";
        case Kind::wider_than_owner:
            return "wider-than-owner";
        case Kind::unknown_switch:
            return "unknown-switch";
        case Kind::operator_unsourced:
            return "operator-unsourced";
    }
    return "unknown";
}

std::vector<std::string> judging_words(std::string_view text)
{
    std::string words{" "};  // in lower case, with one space where there is no letter
    for (const char character : text) {
        const char lower = to_lower(character);
        words += lower >= 'a' && lower <= 'z' ? lower : ' ';
    }
    words += ' ';
    std::vector<std::string> found;
    for (const std::string_view start : judging_starts)
        if (words.contains(fmt::format(" {}", start)))
            found.emplace_back(trim(start));
    std::ranges::sort(found);
    const auto repeated = std::ranges::unique(found);
    found.erase(repeated.begin(), repeated.end());
    return found;
}

std::vector<LintFinding> lint(const RuleBook& book, const PublicSuffixList& suffixes, Date today)
{
    return Linter{book, suffixes, today}.run();
}

}  // namespace waybill::rules
