#include "rules/policy/learn.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/ascii.h"

namespace waybill::rules {
namespace {

constexpr std::size_t few_runs = 5;        // what is in a third of the runs is missed by one of seven sets of five
constexpr std::size_t hosts_to_widen = 3;  // of one domain, from which a person may want the domain

/// What one entry will speak of.
struct Seen {
    std::set<std::size_t> runs;
    std::set<Transport> transports;
    std::uint64_t flows = 0;
    const RatedContact* rated = nullptr;  // one of them
};

/// A name or an address, and a port.
using Place = std::tuple<std::string, IpAddress, Port>;

Place place_of(const Endpoint& endpoint)
{
    const bool is_name = endpoint.host && Hostname::parse(*endpoint.host) && !IpAddress::parse(*endpoint.host);
    return {is_name ? *endpoint.host : std::string{}, is_name ? IpAddress{} : endpoint.address, endpoint.port};
}

std::string purposes_text(const Rating& rating)
{
    if (!rating.is_cited())
        return "no cited purpose";
    std::string text;
    for (const Purpose purpose : rating.purposes)
        text += fmt::format("{}{}", text.empty() ? "" : ", ", waybill::text(purpose));
    return fmt::format("{} ({}, rule {})", text, rating.vendor, rating.rule);
}

/// Letters, digits, hyphens and dots of a text; a hyphen for anything else.
std::string id_of(const std::string& host, Port port)
{
    std::string id;
    for (const char character : host) {
        const char lower = to_lower(character);
        const bool is_kept = (lower >= 'a' && lower <= 'z') || is_digit(lower) || lower == '.' || lower == '-';
        id += is_kept ? lower : '-';
    }
    return fmt::format("{}-{}", id, number(port));
}

class Learning {
public:
    Learning(std::span<const Report> runs, const RuleBook& book, const PolicyTitle& title) : runs_{runs}, book_{book}
    {
        learned_.policy.id = title.id;
        learned_.policy.title = title.title;
        learned_.policy.version = title.version;
        learned_.policy.otherwise = Effect::deny;
    }

    LearnedPolicy run()
    {
        for (std::size_t i = 0; i < runs_.size(); ++i)
            for (const RatedContact& rated : runs_[i].contacts)
                see(i, rated);
        std::set<std::string> ids;
        for (const auto& [place, seen] : seen_)
            add(place, seen, ids);
        suggest_patterns();
        suggest_domains();
        warn();
        return std::move(learned_);
    }

private:
    void see(std::size_t run, const RatedContact& rated)
    {
        const Endpoint& endpoint = rated.contact.endpoint;
        if (!endpoint.host && !rated.contact.candidates.empty()) {
            ++ambiguous_;
            return;
        }
        Seen& seen = seen_[place_of(endpoint)];
        seen.runs.insert(run);
        seen.transports.insert(endpoint.transport);
        seen.flows += rated.contact.flow_count;
        seen.rated = &rated;
    }

    void add(const Place& place, const Seen& seen, std::set<std::string>& ids)
    {
        const auto& [host, address, port] = place;
        PolicyEntry entry;
        if (host.empty()) {
            entry.selector.addresses.push_back({address, static_cast<unsigned>(address.octets().size() * 8)});
        } else if (const auto pattern = HostPattern::parse(host)) {
            entry.selector.hosts.push_back(*pattern);
        } else {
            ++unwritable_;
            return;
        }
        const std::string base = id_of(host.empty() ? address.text() : host, port);
        entry.id = base;
        for (int number = 2; !ids.insert(entry.id).second; ++number)
            entry.id = fmt::format("{}-{}", base, number);
        if (number(port) != 0)
            entry.selector.ports.push_back({port, port});
        if (!seen.transports.contains(Transport::other))  // which no list can name
            entry.selector.transports.assign(seen.transports.begin(), seen.transports.end());
        const bool is_cited = seen.rated->rating.is_cited();
        entry.effect = is_cited ? Effect::allow : Effect::review;
        entry.note = purposes_text(seen.rated->rating);
        entry.seen = Sightings{seen.runs.size(), runs_.size(), seen.flows};
        if (!host.empty() && !seen.rated->rating.domain.empty())
            by_domain_[seen.rated->rating.domain].push_back({host, entry.id});
        learned_.policy.entries.push_back(std::move(entry));
    }

    /// Hosts that a rule names by one pattern or domain.
    void suggest_patterns()
    {
        std::map<std::string, PolicySuggestion> by_pattern;
        for (const PolicyEntry& entry : learned_.policy.entries) {
            if (entry.selector.hosts.empty())
                continue;
            EndpointQuery query;
            if (const auto host = Hostname::parse(entry.selector.hosts.front().text()))
                query.host = *host;
            const auto match = book_.decide(query);
            if (!match || match->why.specificity.level == Specificity::Level::exact_host)
                continue;
            PolicySuggestion& suggestion = by_pattern[match->why.pattern];
            const bool is_domain = match->why.specificity.level == Specificity::Level::registrable_domain;
            (is_domain ? suggestion.domains : suggestion.hosts) = {match->why.pattern};
            suggestion.because =
                fmt::format("rule {} names them by one {}", match->rule->id, is_domain ? "domain" : "pattern");
            suggestion.instead_of.push_back(entry.id);
        }
        for (auto& [pattern, suggestion] : by_pattern)
            learned_.suggestions.push_back(std::move(suggestion));
    }

    /// Several hosts of one domain.
    void suggest_domains()
    {
        for (const auto& [domain, entries] : by_domain_) {
            std::set<std::string_view> hosts;
            PolicySuggestion suggestion;
            for (const auto& [host, id] : entries) {
                hosts.insert(host);
                suggestion.instead_of.push_back(id);
            }
            if (hosts.size() < hosts_to_widen)
                continue;
            suggestion.domains = {domain};
            suggestion.because = fmt::format(
                "{} hosts of {} were contacted; the domain would also allow every other one", hosts.size(), domain);
            learned_.suggestions.push_back(std::move(suggestion));
        }
    }

    void warn()
    {
        if (runs_.size() < few_runs)
            learned_.warnings.push_back(
                fmt::format("{} run{} cannot show what is contacted in some runs only; {} or more say more",
                            runs_.size(), runs_.size() == 1 ? "" : "s", few_runs));
        if (ambiguous_ > 0)
            learned_.warnings.push_back(fmt::format("{} contact{} with an address that several names share {} left out",
                                                    ambiguous_, ambiguous_ == 1 ? "" : "s",
                                                    ambiguous_ == 1 ? "is" : "are"));
        if (unwritable_ > 0)
            learned_.warnings.push_back(fmt::format("{} endpoint{} with a name that no pattern can have {} left out",
                                                    unwritable_, unwritable_ == 1 ? "" : "s",
                                                    unwritable_ == 1 ? "is" : "are"));
        const auto lost = std::ranges::count_if(runs_, [](const Report& run) { return run.lost_input(); });
        if (lost > 0)
            learned_.warnings.push_back(fmt::format("in {} of {} runs input was lost", lost, runs_.size()));
    }

    std::span<const Report> runs_;
    const RuleBook& book_;
    LearnedPolicy learned_;
    std::map<Place, Seen> seen_;
    std::map<std::string, std::vector<std::pair<std::string, std::string>>> by_domain_;  // hosts, with their entries
    std::uint64_t ambiguous_ = 0;
    std::uint64_t unwritable_ = 0;
};

/// Whether something was seen in the same share of runs.
bool is_as_stable(const Sightings& before, const Sightings& now)
{
    return before.runs * now.of == now.runs * before.of;
}

/// Holds what runs contacted against what a policy says of it.
class Comparing {
public:
    Comparing(const Policy& policy, const LearnedPolicy& learned, std::span<const Report> runs, const JudgedWith& with)
        : policy_{policy}, learned_{learned}, runs_{runs}, with_{with}
    {
    }

    PolicyDifference run()
    {
        for (const Report& run : runs_)
            look_at(run, judge(run, policy_, with_));
        for (const PolicyEntry& entry : learned_.policy.entries)
            if (undecided_.contains(place_of(entry)))
                add(entry);
        for (const PolicyEntry& entry : policy_.entries) {
            const auto seen = seen_.find(entry.id);
            if (seen == seen_.end() && !expired_.contains(entry.id))
                difference_.unseen.push_back(entry.id);
            else if (seen != seen_.end() && entry.seen && !is_as_stable(*entry.seen, seen->second))
                difference_.changed.emplace_back(entry, seen->second);
        }
        return std::move(difference_);
    }

private:
    /// The place that a learned entry was made from.
    static Place place_of(const PolicyEntry& entry)
    {
        const ContactSelector& selector = entry.selector;
        return {selector.hosts.empty() ? std::string{} : selector.hosts.front().text(),
                selector.addresses.empty() ? IpAddress{} : selector.addresses.front().base,
                selector.ports.empty() ? Port{} : selector.ports.front().first};
    }

    void look_at(const Report& run, const Verdict& verdict)
    {
        expired_.insert(verdict.expired.begin(), verdict.expired.end());
        std::map<std::string, std::uint64_t> flows;  // by entry that matched
        for (const JudgedContact& judged : verdict.contacts) {
            const Contact& contact = run.contacts[judged.contact].contact;
            if (judged.by.entry.empty()) {
                if (judged.effect != Effect::allow)
                    undecided_.insert(rules::place_of(contact.endpoint));
            } else {
                flows[judged.by.entry] += contact.flow_count;
                if (judged.effect == Effect::deny)  // what is to be reviewed is so whenever it is contacted
                    object(contact, judged);
            }
            for (const PolicyMatch& other : judged.others)
                flows[other.entry] += contact.flow_count;
        }
        for (const auto& [entry, count] : flows)
            if (!expired_.contains(entry)) {
                Sightings& seen = seen_[entry];
                ++seen.runs;
                seen.of = runs_.size();
                seen.flows += count;
            }
    }

    void object(const Contact& contact, const JudgedContact& judged)
    {
        const Endpoint& endpoint = contact.endpoint;
        std::string sentence =
            fmt::format("{}:{} is contacted, and {} denies it", endpoint.host.value_or(endpoint.address.text()),
                        number(endpoint.port), judged.by.entry);
        if (objections_.insert(sentence).second)
            difference_.objected.push_back(std::move(sentence));
    }

    /// Under an id that nothing else in the policy has.
    void add(PolicyEntry entry)
    {
        if (ids_.empty()) {
            for (const PolicyEntry& each : policy_.entries)
                ids_.insert(each.id);
            for (const PolicyLimit& each : policy_.limits)
                ids_.insert(each.id);
        }
        const std::string base = entry.id;
        for (int number = 2; !ids_.insert(entry.id).second; ++number)
            entry.id = fmt::format("{}-{}", base, number);
        difference_.added.push_back(std::move(entry));
    }

    const Policy& policy_;
    const LearnedPolicy& learned_;
    std::span<const Report> runs_;
    const JudgedWith& with_;
    PolicyDifference difference_;
    std::set<Place> undecided_;  // of contacts that the default alone decides, and does not allow
    std::map<std::string, Sightings> seen_;
    std::set<std::string> expired_;
    std::set<std::string> objections_;
    std::set<std::string> ids_;
};

}  // namespace

LearnedPolicy learn(std::span<const Report> runs, const RuleBook& book, const PolicyTitle& title)
{
    return Learning{runs, book, title}.run();
}

PolicyDifference compare(const Policy& policy, const LearnedPolicy& learned, std::span<const Report> runs,
                         const JudgedWith& with)
{
    return Comparing{policy, learned, runs, with}.run();
}

Policy merged(Policy policy, const PolicyDifference& difference, Date version)
{
    for (PolicyEntry& entry : policy.entries)
        for (const auto& [changed, sightings] : difference.changed)
            if (changed.id == entry.id)
                entry.seen = sightings;
    policy.entries.insert(policy.entries.end(), difference.added.begin(), difference.added.end());
    policy.version = version;
    return policy;
}

}  // namespace waybill::rules
