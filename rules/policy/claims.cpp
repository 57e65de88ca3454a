#include "rules/policy/claims.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/policy/selection.h"

namespace waybill::rules {
namespace {

/// What belongs to a way of recording, or to how the command works, and is no loss of this recording.
constexpr std::array inherent{
    GapKind::attempts_only,       GapKind::no_setuid,    GapKind::mode_limits,      GapKind::leftover_processes,
    GapKind::environment_removed, GapKind::names_shared, GapKind::sockets_unplaced, GapKind::encrypted_dns,
    GapKind::ech_outer_name_only, GapKind::delegated,    GapKind::proxy_unknown,
};

bool is_inherent(GapKind kind)
{
    return std::ranges::find(inherent, kind) != inherent.end();
}

bool objects(const PolicyEntry& entry)
{
    return entry.effect != Effect::allow;
}

std::string contacts_text(std::uint64_t count, std::string_view what)
{
    return fmt::format("{} contact{} {}", count, count == 1 ? " has" : "s have", what);
}

class Claims {
public:
    Claims(const Report& report, const Policy& policy, Verdict& verdict)
        : report_{report}, policy_{policy}, verdict_{verdict}
    {
    }

    void find()
    {
        find_absence();
        if (policy_.tells_processes())
            find_owners();
        if (policy_.tells_phases())
            find_phases();
        for (std::size_t i = 0; i < policy_.limits.size(); ++i)
            find_of_limit(policy_.limits[i], verdict_.limits[i]);
    }

private:
    /// A policy that denies something claims that it was not contacted.
    void find_absence()
    {
        const bool denies = policy_.otherwise != Effect::allow || std::ranges::any_of(policy_.entries, objects);
        if (!denies)
            return;
        std::vector<std::string> reasons;
        if (report_.hand_over)
            reasons.emplace_back("the command handed its work over to a process outside of the recording");
        add("nothing that the policy objects to was contacted beside what is listed", std::move(reasons),
            [names_count = names_count()](GapKind kind) {
                return affects(kind, Claim::endpoints) || (names_count && affects(kind, Claim::names)) ||
                       (affects(kind, Claim::absence) && describe(kind).lost_input);
            });
        for (const Gap& gap : report_.gaps)
            if (affects(gap.kind, Claim::absence) && is_inherent(gap.kind))
                verdict_.standing.push_back(gap);
    }

    /// Whether a flow without its name may be one that an entry objects to by name. Where everything else is denied,
    /// and what is allowed is allowed by name, such a flow is denied by its address.
    bool names_count() const
    {
        const bool objects_by_name = std::ranges::any_of(
            policy_.entries, [](const PolicyEntry& entry) { return objects(entry) && goes_by_name(entry.selector); });
        const bool allows_without = std::ranges::any_of(
            policy_.entries, [](const PolicyEntry& entry) { return !objects(entry) && !goes_by_name(entry.selector); });
        return objects_by_name && (policy_.otherwise != Effect::deny || allows_without);
    }

    void find_owners()
    {
        std::uint64_t unowned = 0;
        for (const RatedContact& rated : report_.contacts)
            unowned += rated.contact.owner.process == 0 ? 1U : 0U;
        std::vector<std::string> reasons;
        if (unowned > 0)  // also in a capture file, which tells of no owners, so that none is missing there
            reasons.push_back(contacts_text(unowned, "no known owner"));
        add("entries that name processes or packages hold for every contact", std::move(reasons),
            [](GapKind kind) { return affects(kind, Claim::owners); });
    }

    /// A phase that the recording does not have was not looked at. It always begins, and where nothing went on after
    /// the command's end there was nothing to see.
    void find_phases()
    {
        std::set<std::string> named;
        for (const PolicyEntry& entry : policy_.entries)
            named.insert(entry.selector.phases.begin(), entry.selector.phases.end());
        for (const PolicyLimit& limit : policy_.limits)
            named.insert(limit.selector.phases.begin(), limit.selector.phases.end());
        named.erase("start");
        named.erase("after-exit");
        for (const PhaseTotal& total : report_.phases)
            named.erase(phase_word(total.phase));
        std::vector<std::string> reasons;
        for (const std::string& name : named)
            reasons.push_back(fmt::format("the recording has no phase \"{}\"", name));
        add("what is said of phases holds", std::move(reasons),
            [](GapKind kind) { return kind == GapKind::phases_bound || kind == GapKind::no_timestamp; });
    }

    /// A limit that is kept is a claim, too; one that is broken is so whatever else was sent.
    void find_of_limit(const PolicyLimit& limit, const JudgedLimit& judged)
    {
        if (judged.is_broken() || limit.measure == Measure::lost_input)
            return;
        const bool is_volume = judged.unit == JudgedLimit::Unit::octets;
        const bool by_name = goes_by_name(limit.selector);
        const bool counts_names = limit.measure == Measure::endpoints || limit.measure == Measure::uncited_endpoints;
        std::vector<std::string> reasons;
        if (const std::uint64_t shared = by_name ? ambiguous() : 0; shared > 0)
            reasons.push_back(contacts_text(shared, "an address that several names share"));
        add(fmt::format("the limit {} was kept", limit.id), std::move(reasons), [&](GapKind kind) {
            return (is_volume ? affects(kind, Claim::volumes) && kind != GapKind::phases_bound
                              : affects(kind, Claim::endpoints)) ||
                   ((by_name || counts_names) && affects(kind, Claim::names));
        });
    }

    std::uint64_t ambiguous() const
    {
        return static_cast<std::uint64_t>(std::ranges::count_if(report_.contacts, [](const RatedContact& rated) {
            return !rated.contact.endpoint.host && !rated.contact.candidates.empty();
        }));
    }

    template <class Forbids>
    void add(std::string sentence, std::vector<std::string> reasons, const Forbids& forbids)
    {
        OpenClaim claim{std::move(sentence), {}, std::move(reasons)};
        for (const Gap& gap : report_.gaps)
            if (!is_inherent(gap.kind) && forbids(gap.kind))
                claim.gaps.push_back(gap);
        if (!claim.gaps.empty() || !claim.reasons.empty())
            verdict_.open.push_back(std::move(claim));
    }

    const Report& report_;
    const Policy& policy_;
    Verdict& verdict_;
};

}  // namespace

void find_open_claims(const Report& report, const Policy& policy, Verdict& verdict)
{
    Claims{report, policy, verdict}.find();
}

}  // namespace waybill::rules
