#include "rules/rule_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>
#include <tuple>
#include <utility>

namespace waybill::rules {
namespace {

/// The more specific first; the ids decide between equals.
bool decides_before(const RuleCandidate& left, const RuleCandidate& right)
{
    if (left.why.specificity != right.why.specificity)
        return left.why.specificity > right.why.specificity;
    if (left.rule->id != right.rule->id)
        return left.rule->id < right.rule->id;
    return left.why.pattern < right.why.pattern;
}

/// Goes from the whole name to its last label: `a.b.c`, `b.c`, `c`.
template <class See>
void each_tail(std::string_view name, const See& see)
{
    while (true) {
        see(name);
        const std::size_t dot = name.find('.');
        if (dot == std::string_view::npos)
            return;
        name.remove_prefix(dot + 1);
    }
}

std::optional<PackError> find_repeated_id(std::span<const Pack> packs)
{
    std::set<std::string_view> packs_seen;
    std::set<std::string_view> rules_seen;
    for (const Pack& pack : packs) {
        if (!packs_seen.insert(pack.id).second)
            return PackError{pack.file, {"id", fmt::format("another pack is called \"{}\" too; rename one", pack.id)}};
        for (std::size_t i = 0; i < pack.rules.size(); ++i)
            if (!rules_seen.insert(pack.rules[i].id).second)
                return PackError{
                    pack.file,
                    {fmt::format("rules[{}].id", i), fmt::format("\"{}\" stands twice; rename one", pack.rules[i].id)}};
    }
    return std::nullopt;
}

/// The pack files of a folder, sorted, so that nothing depends on the file system's order.
std::expected<std::vector<std::filesystem::path>, PackError> pack_files(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> files;
    std::error_code problem;
    for (std::filesystem::directory_iterator at{folder, problem}, end; !problem && at != end; at.increment(problem))
        if (at->path().extension() == ".json")
            files.push_back(at->path());
    if (problem)
        return std::unexpected(PackError{folder.string(), {{}, "it is not a folder that can be read"}});
    if (files.empty())
        return std::unexpected(PackError{folder.string(), {{}, "it holds no rule pack (*.json)"}});
    std::ranges::sort(files);
    return files;
}

}  // namespace

std::expected<RuleBook, PackError> RuleBook::from_packs(std::vector<Pack> packs)
{
    RuleBook book;
    book.packs_ = std::move(packs);
    std::ranges::sort(book.packs_, {}, [](const Pack& pack) { return std::tie(pack.id, pack.file); });
    if (auto repeated = find_repeated_id(book.packs_))
        return std::unexpected(*std::move(repeated));
    book.index();
    return book;
}

std::expected<RuleBook, PackError> RuleBook::read(std::span<const std::filesystem::path> folders)
{
    std::vector<Pack> packs;
    for (const std::filesystem::path& folder : folders) {
        const auto files = pack_files(folder);
        if (!files)
            return std::unexpected(files.error());
        for (const std::filesystem::path& file : *files) {
            auto pack = read_pack(file);
            if (!pack)
                return std::unexpected(std::move(pack.error()));
            packs.push_back(*std::move(pack));
        }
    }
    return from_packs(std::move(packs));
}

void RuleBook::index()
{
    for (const Pack& pack : packs_) {
        for (const std::string& domain : pack.registrable_domains)
            claims_[domain].push_back(&pack);
        for (const Rule& rule : pack.rules) {
            for (const HostPattern& pattern : rule.match.hosts)
                by_tail_[std::string{pattern.literal_tail()}].push_back({&pack, &rule, &pattern});
            for (const AddressRange& range : rule.match.addresses)
                addresses_.push_back({&pack, &rule, &range});
        }
    }
}

void RuleBook::collect_hosts(const EndpointQuery& endpoint, std::vector<RuleCandidate>& found) const
{
    each_tail(endpoint.host->text(), [&](std::string_view tail) {
        const auto entries = by_tail_.find(tail);
        if (entries == by_tail_.end())
            return;
        for (const HostEntry& entry : entries->second) {
            const auto held = conditions_held(entry.rule->match, endpoint);
            if (!held || !entry.pattern->matches(*endpoint.host))
                continue;
            PatternMatch why{entry.pattern->text(), entry.pattern->specificity()};
            why.specificity.conditions = *held;
            found.push_back({entry.rule, entry.pack, std::move(why)});
        }
    });
}

void RuleBook::collect_addresses(const EndpointQuery& endpoint, std::vector<RuleCandidate>& found) const
{
    for (const AddressEntry& entry : addresses_) {
        if (!entry.range->contains(endpoint.address))
            continue;
        const auto held = conditions_held(entry.rule->match, endpoint);
        if (!held)
            continue;
        PatternMatch why{text(*entry.range), specificity(*entry.range)};
        why.specificity.conditions = *held;
        found.push_back({entry.rule, entry.pack, std::move(why)});
    }
}

std::vector<RuleCandidate> RuleBook::candidates(const EndpointQuery& endpoint) const
{
    std::vector<RuleCandidate> found;
    if (endpoint.host)
        collect_hosts(endpoint, found);
    else if (endpoint.address.family() != IpAddress::Family::none)
        collect_addresses(endpoint, found);
    std::ranges::sort(found, decides_before);
    std::vector<RuleCandidate> best;  // a rule speaks once, with its most specific pattern
    for (RuleCandidate& candidate : found)
        if (std::ranges::find(best, candidate.rule, &RuleCandidate::rule) == best.end())
            best.push_back(std::move(candidate));
    return best;
}

std::optional<RuleMatch> RuleBook::find(const EndpointQuery& endpoint) const
{
    auto found = candidates(endpoint);
    if (found.empty())
        return std::nullopt;
    RuleMatch match{found.front().rule, found.front().pack, std::move(found.front().why), {}};
    found.erase(found.begin());
    match.runners_up = std::move(found);
    return match;
}

std::vector<const Pack*> RuleBook::packs_claiming(const Hostname& host) const
{
    std::vector<const Pack*> packs;
    each_tail(host.text(), [&](std::string_view tail) {
        if (const auto claim = claims_.find(tail); claim != claims_.end())
            packs.insert(packs.end(), claim->second.begin(), claim->second.end());
    });
    return packs;
}

const Rule* RuleBook::find_rule(std::string_view id) const
{
    for (const Pack& pack : packs_)
        if (const auto rule = std::ranges::find(pack.rules, id, &Rule::id); rule != pack.rules.end())
            return &*rule;
    return nullptr;
}

std::size_t RuleBook::rule_count() const
{
    std::size_t count = 0;
    for (const Pack& pack : packs_)
        count += pack.rules.size();
    return count;
}

}  // namespace waybill::rules
