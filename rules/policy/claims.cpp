#include "rules/policy/claims.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::rules {
namespace {

/// What belongs to a way of recording, or to how the command works, and is no loss of this recording.
constexpr std::array inherent{
    GapKind::attempts_only,      GapKind::files_unprotected,   GapKind::no_setuid,          GapKind::mode_limits,
    GapKind::leftover_processes, GapKind::environment_removed, GapKind::names_shared,       GapKind::sockets_unplaced,
    GapKind::encrypted_dns,      GapKind::ech_outer_name_only, GapKind::delegated,          GapKind::proxy_unknown,
    GapKind::skipped_blocks,     GapKind::secrets_ignored,     GapKind::comments_untrusted,
};

bool is_inherent(GapKind kind)
{
    return std::ranges::find(inherent, kind) != inherent.end();
}

bool is_named(const ContactSelector& selector)
{
    return !selector.hosts.empty() || !selector.vendors.empty() || !selector.purposes.empty();
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
        for (const JudgedLimit& limit : verdict_.limits)
            find_of_limit(limit);
    }

private:
    /// A policy that denies something claims that it was not contacted.
    void find_absence()
    {
        const auto objects = [](const PolicyEntry& entry) { return entry.effect != Effect::allow; };
        const bool denies = policy_.otherwise != Effect::allow || std::ranges::any_of(policy_.entries, objects);
        if (!denies)
            return;
        // Where everything else is denied, a flow without a name is denied by its address.
        const bool names_count =
            policy_.otherwise != Effect::deny && std::ranges::any_of(policy_.entries, [&](const PolicyEntry& entry) {
                return objects(entry) && is_named(entry.selector);
            });
        add("nothing that the policy objects to was contacted beside what is listed", [&](GapKind kind) {
            return affects(kind, Claim::endpoints) || (names_count && affects(kind, Claim::names)) ||
                   (affects(kind, Claim::absence) && describe(kind).lost_input);
        });
        for (const Gap& gap : report_.gaps)
            if (affects(gap.kind, Claim::absence) && is_inherent(gap.kind))
                verdict_.standing.push_back(gap);
    }

    void find_owners()
    {
        add("entries that name processes or packages hold for every contact",
            [](GapKind kind) { return affects(kind, Claim::owners); });
        std::uint64_t unowned = 0;
        for (const RatedContact& rated : report_.contacts)
            unowned += rated.contact.owner.process == 0 ? rated.contact.flow_count : 0;
        const bool is_told =
            std::ranges::any_of(report_.gaps, [](const Gap& gap) { return gap.kind == GapKind::owner_unknown; });
        if (unowned > 0 && !is_told)  // a capture file tells of no owners, so that none is missing there
            verdict_.open.push_back({"entries that name processes or packages hold for every contact",
                                     {{GapKind::owner_unknown, unowned, {}}}});
    }

    /// A limit that is kept is a claim, too; one that is broken is so whatever else was sent.
    void find_of_limit(const JudgedLimit& limit)
    {
        if (limit.is_broken() || limit.measure == text(Measure::lost_input))
            return;
        const bool is_volume = limit.unit == JudgedLimit::Unit::octets;
        add("the limit " + limit.id + " was kept", [&](GapKind kind) {
            return is_volume ? affects(kind, Claim::volumes)
                             : affects(kind, Claim::endpoints) || affects(kind, Claim::names);
        });
    }

    template <class Forbids>
    void add(std::string sentence, const Forbids& forbids)
    {
        OpenClaim claim{std::move(sentence), {}};
        for (const Gap& gap : report_.gaps)
            if (!is_inherent(gap.kind) && forbids(gap.kind))
                claim.gaps.push_back(gap);
        if (!claim.gaps.empty())
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
