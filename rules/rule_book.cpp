#include "rules/rule_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
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
    if (left.pack->origin != right.pack->origin)
        return left.pack->origin == PackOrigin::own;
    if (left.rule->id != right.rule->id)
        return left.rule->id < right.rule->id;
    return left.why.pattern < right.why.pattern;
}

constexpr std::uint32_t no_entry = 0xffff'ffffU;

/// A hash of a name that goes on from its end, so that one pass hashes all the tails of a name (FNV-1a, 32 bits).
class TailHash {
public:
    void add(char before) { value_ = (value_ ^ static_cast<unsigned char>(before)) * 0x0100'0193U; }
    /// Mixed, for FNV leaves the low bits of names that differ at their end alike.
    std::uint32_t value() const { return value_ ^ (value_ >> 15U); }

private:
    std::uint32_t value_ = 0x811c'9dc5U;
};

constexpr std::uint32_t filter_bits = 64;

/// The hash in another order, so that the filter's bits tell tails apart that share a slot.
std::uint32_t filter_hash(std::uint32_t hash)
{
    return hash * 0x9e37'79b1U >> 4U;
}

std::uint32_t tail_hash(std::string_view tail)
{
    TailHash hash;
    for (std::size_t at = tail.size(); at > 0; --at)
        hash.add(tail[at - 1]);
    return hash.value();
}

/// Shows the last label, the last two, and so on to the whole name, each with its hash: `c`, `b.c`, `a.b.c`.
template <class See>
void each_tail(std::string_view name, const See& see)
{
    TailHash hash;
    for (std::size_t at = name.size(); at > 0; --at) {
        if (name[at - 1] == '.')
            see(name.substr(at), hash.value());
        hash.add(name[at - 1]);
    }
    see(name, hash.value());
}

template <class Entry>
Specificity specificity_of(const Entry& entry)
{
    if constexpr (requires { entry.pattern; })
        return entry.pattern->specificity();
    else
        return specificity(*entry.range);
}

template <class Entry>
RuleCandidate candidate(const Entry& entry, unsigned conditions)
{
    RuleCandidate found{entry.rule, entry.pack, {{}, specificity_of(entry)}};
    if constexpr (requires { entry.pattern; })
        found.why.pattern = entry.pattern->text();
    else
        found.why.pattern = text(*entry.range);
    found.why.specificity.conditions = conditions;
    return found;
}

std::optional<PackError> find_repeated_id(std::span<const Pack> packs)
{
    std::set<std::string_view> packs_seen;
    std::set<std::string_view> names_seen;
    for (const Pack& pack : packs) {
        if (!packs_seen.insert(pack.id).second)
            return PackError{pack.file, {"id", fmt::format("another pack is called \"{}\" too; rename one", pack.id)}};
        const auto repeated = [&](std::string_view list, std::size_t number, std::string_view id) {
            return PackError{
                pack.file,
                {fmt::format("{}[{}].id", list, number), fmt::format("\"{}\" stands twice; rename one", id)}};
        };
        for (std::size_t i = 0; i < pack.rules.size(); ++i)
            if (!names_seen.insert(pack.rules[i].id).second)
                return repeated("rules", i, pack.rules[i].id);
        for (std::size_t i = 0; i < pack.switches.size(); ++i)
            if (!names_seen.insert(pack.switches[i].id).second)
                return repeated("switches", i, pack.switches[i].id);
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
    std::ranges::sort(book.packs_, {}, [](const Pack& pack) { return std::tie(pack.id, pack.origin, pack.file); });
    book.drop_replaced();
    if (auto repeated = find_repeated_id(book.packs_))
        return std::unexpected(*std::move(repeated));
    book.index();
    return book;
}

/// Takes shipped packs out in whose place one's own stands: it comes right behind.
void RuleBook::drop_replaced()
{
    std::vector<Pack> kept;
    kept.reserve(packs_.size());
    for (std::size_t i = 0; i < packs_.size(); ++i) {
        Pack& pack = packs_[i];
        const bool is_replaced = pack.origin == PackOrigin::shipped && i + 1 < packs_.size() &&
                                 packs_[i + 1].id == pack.id && packs_[i + 1].origin == PackOrigin::own;
        if (is_replaced)
            replaced_.push_back({std::string{pack.id}, text(pack.version), pack.digest()});
        else
            kept.push_back(std::move(pack));
    }
    packs_ = std::move(kept);
}

std::expected<RuleBook, PackError> RuleBook::read(std::span<const PackFolder> folders)
{
    std::vector<Pack> packs;
    for (const PackFolder& folder : folders) {
        const auto files = pack_files(folder.path);
        if (!files)
            return std::unexpected(files.error());
        for (const std::filesystem::path& file : *files) {
            auto pack = read_pack(file, folder.objection);
            if (!pack)
                return std::unexpected(std::move(pack.error()));
            pack->origin = folder.origin;
            packs.push_back(*std::move(pack));
        }
    }
    return from_packs(std::move(packs));
}

void RuleBook::index()
{
    std::size_t count = 0;
    for (const Pack& pack : packs_)
        for (const Rule& rule : pack.rules)
            count += rule.match.hosts.size();
    hosts_.reserve(count);
    slots_.assign(std::bit_ceil(count * 2 + 1), no_entry);
    tails_.assign(std::bit_ceil(count / 8 + 1), 0);
    for (const Pack& pack : packs_) {
        for (const std::string_view domain : pack.registrable_domains)
            claims_[domain].push_back(&pack);
        for (const Rule& rule : pack.rules) {
            for (const HostPattern& pattern : rule.match.hosts)
                index_host(pack, rule, pattern);
            for (const AddressRange& range : rule.match.addresses)
                addresses_.push_back({&pack, &rule, &range});
        }
    }
}

void RuleBook::index_host(const Pack& pack, const Rule& rule, const HostPattern& pattern)
{
    const std::uint32_t hash = tail_hash(pattern.literal_tail());
    std::uint32_t& slot = slots_[hash & (slots_.size() - 1)];
    const std::uint32_t bit = filter_hash(hash);
    tails_[bit / filter_bits & (tails_.size() - 1)] |= std::uint64_t{1} << bit % filter_bits;
    hosts_.push_back({&pack, &rule, &pattern, hash, slot});
    slot = static_cast<std::uint32_t>(hosts_.size() - 1);
}

/// Shows each host pattern that matches and whose conditions hold, and how many of them.
template <class See>
void RuleBook::each_host(const EndpointQuery& endpoint, const See& see) const
{
    if (slots_.empty())
        return;
    each_tail(endpoint.host->text(), [&](std::string_view tail, std::uint32_t hash) {
        const std::uint32_t bit = filter_hash(hash);
        if ((tails_[bit / filter_bits & (tails_.size() - 1)] >> bit % filter_bits & 1U) == 0)
            return;
        std::uint32_t at = slots_[hash & (slots_.size() - 1)];
        while (at != no_entry) {  // an entry's next one was added before it
            const HostEntry& entry = hosts_[at];
            at = entry.next;
            if (entry.hash != hash || entry.pattern->literal_tail() != tail || !entry.pattern->matches(*endpoint.host))
                continue;
            if (const auto held = conditions_held(entry.rule->match, endpoint))
                see(entry, *held);
        }
    });
}

/// Shows each address range that matches and whose conditions hold, and how many of them.
template <class See>
void RuleBook::each_address(const EndpointQuery& endpoint, const See& see) const
{
    for (const AddressEntry& entry : addresses_)
        if (entry.range->contains(endpoint.address))
            if (const auto held = conditions_held(entry.rule->match, endpoint))
                see(entry, *held);
}

std::vector<RuleCandidate> RuleBook::candidates(const EndpointQuery& endpoint) const
{
    std::vector<RuleCandidate> found;
    const auto take = [&](const auto& entry, unsigned held) { found.push_back(candidate(entry, held)); };
    if (endpoint.host)
        each_host(endpoint, take);
    else if (endpoint.address.family() != IpAddress::Family::none)
        each_address(endpoint, take);
    std::ranges::sort(found, decides_before);
    std::vector<RuleCandidate> best;  // a rule speaks once, with its most specific pattern
    for (RuleCandidate& each : found)
        if (std::ranges::find(best, each.rule, &RuleCandidate::rule) == best.end())
            best.push_back(std::move(each));
    return best;
}

/// Keeps the entry that decides; what is told of it is put together for that one alone.
template <class Entry>
class RuleBook::Deciding {
public:
    void offer(const Entry& entry, unsigned conditions)
    {
        Specificity specificity = specificity_of(entry);
        specificity.conditions = conditions;
        if (best_ == nullptr || comes_before(entry, specificity)) {
            best_ = &entry;
            specificity_ = specificity;
        }
    }

    std::optional<RuleCandidate> take() const
    {
        return best_ == nullptr ? std::nullopt : std::optional{candidate(*best_, specificity_.conditions)};
    }

private:
    bool comes_before(const Entry& entry, const Specificity& specificity) const
    {
        if (specificity != specificity_)
            return specificity > specificity_;
        return decides_before(candidate(entry, specificity.conditions), candidate(*best_, specificity_.conditions));
    }

    const Entry* best_ = nullptr;
    Specificity specificity_;
};

std::optional<RuleCandidate> RuleBook::decide(const EndpointQuery& endpoint) const
{
    if (endpoint.host) {
        Deciding<HostEntry> best;
        each_host(endpoint, [&](const HostEntry& entry, unsigned held) { best.offer(entry, held); });
        return best.take();
    }
    Deciding<AddressEntry> best;
    if (endpoint.address.family() != IpAddress::Family::none)
        each_address(endpoint, [&](const AddressEntry& entry, unsigned held) { best.offer(entry, held); });
    return best.take();
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
    std::string_view name = host.text();
    while (true) {  // from the whole name to its last label
        if (const auto claim = claims_.find(name); claim != claims_.end())
            packs.insert(packs.end(), claim->second.begin(), claim->second.end());
        const std::size_t dot = name.find('.');
        if (dot == std::string_view::npos)
            return packs;
        name.remove_prefix(dot + 1);
    }
}

const Rule* RuleBook::find_rule(std::string_view id) const
{
    for (const Pack& pack : packs_)
        if (const auto rule = std::ranges::find(pack.rules, id, &Rule::id); rule != pack.rules.end())
            return &*rule;
    return nullptr;
}

const Switch* RuleBook::find_switch(std::string_view id) const
{
    for (const Pack& pack : packs_)
        if (const auto found = std::ranges::find(pack.switches, id, &Switch::id); found != pack.switches.end())
            return &*found;
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
