#include "rules/policy/learn.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/ascii.h"
#include "rules/policy/selection.h"

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
        const bool is_name = endpoint.host && Hostname::parse(*endpoint.host) && !IpAddress::parse(*endpoint.host);
        Seen& seen =
            seen_[{is_name ? *endpoint.host : std::string{}, is_name ? IpAddress{} : endpoint.address, endpoint.port}];
        seen.runs.insert(run);
        seen.transports.insert(endpoint.transport);
        seen.flows += rated.contact.flow_count;
        seen.rated = &rated;
    }

    void add(const Place& place, const Seen& seen, std::set<std::string>& ids)
    {
        const auto& [host, address, port] = place;
        PolicyEntry entry;
        const std::string base = id_of(host.empty() ? address.text() : host, port);
        entry.id = base;
        for (int number = 2; !ids.insert(entry.id).second; ++number)
            entry.id = fmt::format("{}-{}", base, number);
        if (host.empty())
            entry.selector.addresses.push_back({address, static_cast<unsigned>(address.octets().size() * 8)});
        else if (const auto pattern = HostPattern::parse(host))
            entry.selector.hosts.push_back(*pattern);
        else
            entry.selector.hosts.push_back(HostPattern::domain(Hostname::parse(host).value()));
        if (number(port) != 0)
            entry.selector.ports.push_back({port, port});
        for (const Transport transport : seen.transports)
            if (transport != Transport::other)
                entry.selector.transports.push_back(transport);
        const bool is_cited = seen.rated->rating.is_cited();
        entry.effect = is_cited ? Effect::allow : Effect::review;
        entry.note = purposes_text(seen.rated->rating);
        entry.seen = Sightings{seen.runs.size(), runs_.size(), seen.flows};
        learned_.policy.entries.push_back(std::move(entry));
    }

    /// Hosts that a rule names by one pattern.
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
            suggestion.hosts = {match->why.pattern};
            suggestion.because = fmt::format("rule {} names them by one pattern", match->rule->id);
            suggestion.instead_of.push_back(entry.id);
        }
        for (auto& [pattern, suggestion] : by_pattern)
            learned_.suggestions.push_back(std::move(suggestion));
    }

    /// Several hosts of one domain.
    void suggest_domains()
    {
        std::map<std::string, std::set<std::string>> by_domain;
        for (const auto& [place, seen] : seen_)
            if (!std::get<std::string>(place).empty() && !seen.rated->rating.domain.empty())
                by_domain[seen.rated->rating.domain].insert(id_of(std::get<std::string>(place), std::get<Port>(place)));
        for (const auto& [domain, ids] : by_domain)
            if (ids.size() >= hosts_to_widen)
                learned_.suggestions.push_back(
                    {{ids.begin(), ids.end()},
                     {"*." + domain},
                     fmt::format("{} hosts of {} were contacted; a wildcard would also allow every other one",
                                 ids.size(), domain)});
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
        const auto lost = std::ranges::count_if(runs_, [](const Report& run) { return run.lost_input(); });
        if (lost > 0)
            learned_.warnings.push_back(fmt::format("in {} of {} runs input was lost", lost, runs_.size()));
    }

    std::span<const Report> runs_;
    const RuleBook& book_;
    LearnedPolicy learned_;
    std::map<Place, Seen> seen_;
    std::uint64_t ambiguous_ = 0;
};

/// Whether an entry of a policy speaks of what a learned one was made from, and of nothing that it does not.
bool speaks_of(const PolicyEntry& entry, const PolicyEntry& learned)
{
    const ContactSelector& mine = entry.selector;
    const ContactSelector& theirs = learned.selector;
    const auto has_host = [&](const HostPattern& host) {
        const auto name = Hostname::parse(host.text());
        return name && std::ranges::any_of(mine.hosts, [&](const HostPattern& each) { return each.matches(*name); });
    };
    const auto has_address = [&](const AddressRange& range) {
        return std::ranges::any_of(mine.addresses, [&](const AddressRange& each) { return each.contains(range.base); });
    };
    const bool has_place =
        theirs.hosts.empty() ? std::ranges::all_of(theirs.addresses, has_address) : has_host(theirs.hosts.front());
    const auto has_port = [&](const PortRange& port) {
        return std::ranges::any_of(mine.ports, [&](const PortRange& each) { return each.contains(port.first); });
    };
    const auto has_transport = [&](Transport transport) {
        return std::ranges::find(mine.transports, transport) != mine.transports.end();
    };
    return has_place && (mine.ports.empty() || std::ranges::all_of(theirs.ports, has_port)) &&
           (mine.transports.empty() || std::ranges::all_of(theirs.transports, has_transport));
}

/// Whether something was seen in the same share of runs.
bool is_as_stable(const Sightings& before, const Sightings& now)
{
    return before.runs * now.of == now.runs * before.of;
}

}  // namespace

LearnedPolicy learn(std::span<const Report> runs, const RuleBook& book, const PolicyTitle& title)
{
    return Learning{runs, book, title}.run();
}

PolicyDifference compare(const Policy& policy, const LearnedPolicy& learned)
{
    PolicyDifference difference;
    std::map<const PolicyEntry*, Sightings> seen;
    for (const PolicyEntry& found : learned.policy.entries) {
        bool is_known = false;
        for (const PolicyEntry& entry : policy.entries)
            if (speaks_of(entry, found)) {
                is_known = true;
                Sightings& sightings = seen[&entry];
                sightings.runs = std::max(sightings.runs, found.seen->runs);
                sightings.of = found.seen->of;
                sightings.flows += found.seen->flows;
            }
        if (!is_known)
            difference.added.push_back(found);
    }
    for (const PolicyEntry& entry : policy.entries) {
        const auto sightings = seen.find(&entry);
        const bool names_a_place = !entry.selector.hosts.empty() || !entry.selector.addresses.empty();
        if (sightings == seen.end() && names_a_place)
            difference.unseen.push_back(entry.id);
        else if (sightings != seen.end() && entry.seen && !is_as_stable(*entry.seen, sightings->second))
            difference.changed.emplace_back(entry, sightings->second);
    }
    return difference;
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
