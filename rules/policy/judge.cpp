#include "rules/policy/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "rules/policy/claims.h"
#include "rules/policy/limits.h"
#include "rules/policy/readings.h"
#include "rules/policy/selection.h"

namespace waybill::rules {
namespace {

/// An entry that matches, with what decides between several.
struct Candidate {
    const PolicyEntry* entry = nullptr;
    Selection selection;
    Effect effect{};
    bool counts = true;        ///< else it is shown alone
    bool is_softened = false;  ///< a deny that only some of the purposes have
    std::string remark;
};

bool decides_before(const Candidate& left, const Candidate& right)
{
    if (left.counts != right.counts)
        return left.counts;
    if (left.selection.specificity != right.selection.specificity)
        return left.selection.specificity > right.selection.specificity;
    if (left.effect != right.effect)
        return left.effect > right.effect;
    return left.entry->id < right.entry->id;
}

std::string closeness(const Specificity& specificity)
{
    const std::string conditions = specificity.conditions == 0   ? std::string{}
                                   : specificity.conditions == 1 ? "1 condition"
                                                                 : fmt::format("{} conditions", specificity.conditions);
    if (specificity.level == Specificity::Level::any)
        return conditions;
    return fmt::format("{}{}{}", text(specificity.level), conditions.empty() ? "" : " and ", conditions);
}

PolicyMatch to_match(const Candidate& candidate)
{
    return {candidate.entry->id,    candidate.effect,
            candidate.selection.by, closeness(candidate.selection.specificity),
            candidate.remark,       candidate.entry->reason};
}

class Judge {
public:
    Judge(const Report& report, const Policy& policy, const JudgedWith& with)
        : report_{report}, policy_{policy}, with_{with}
    {
    }

    Verdict run()
    {
        verdict_.policy = policy_.id;
        verdict_.title = policy_.title;
        verdict_.version = text(policy_.version);
        verdict_.digest = policy_.digest;
        verdict_.as_of = text(with_.as_of);
        const Policy in_force = without_expired();
        objects_by_name_ = std::ranges::any_of(in_force.entries, [](const PolicyEntry& entry) {
            return entry.effect != Effect::allow && goes_by_name(entry.selector);
        });
        for (std::size_t i = 0; i < report_.contacts.size(); ++i)
            add_contact(i, in_force);
        verdict_.limits = judge_limits(report_, in_force, with_);
        find_open_claims(report_, in_force, verdict_);
        for (const PolicyEntry& entry : policy_.entries)
            if (!used_.contains(&entry) && !is_expired(entry))
                verdict_.unused.push_back(entry.id);
        std::ranges::stable_sort(verdict_.contacts, {}, [](const JudgedContact& judged) {
            const bool is_decided = judged.undecided.empty();
            return std::pair{is_decided && judged.effect == Effect::deny     ? 0
                             : is_decided && judged.effect == Effect::review ? 1
                             : !is_decided                                   ? 2
                                                                             : 3,
                             judged.contact};
        });
        return std::move(verdict_);
    }

private:
    bool is_expired(const PolicyEntry& entry) const { return entry.expires && *entry.expires < with_.as_of; }

    /// What the policy still says: an entry that expired decides nothing and claims nothing.
    Policy without_expired()
    {
        Policy in_force = policy_;
        std::erase_if(in_force.entries, [&](const PolicyEntry& entry) {
            if (is_expired(entry))
                verdict_.expired.push_back(entry.id);
            return is_expired(entry);
        });
        return in_force;
    }

    /// What an entry means for a subject; nothing when it does not speak of it.
    std::optional<Candidate> candidate(const PolicyEntry& entry, const PolicySubject& subject) const
    {
        auto selection = select(entry.selector, subject);
        if (!selection)
            return std::nullopt;
        Candidate found{&entry, *std::move(selection), entry.effect, true, false, {}};
        if (is_expired(entry)) {
            found.counts = false;
            found.remark = fmt::format("expired on {}", text(*entry.expires));
        } else if (found.selection.in_part && entry.effect == Effect::deny) {
            found.is_softened = true;
            found.effect = policy_.mixed_purposes;
            found.remark = "the endpoint has other purposes too, which metadata cannot tell apart";
        } else if (found.selection.in_part && entry.effect == Effect::allow) {
            found.counts = false;
            found.remark = "it does not allow all of the endpoint's purposes, which metadata cannot tell apart";
        }
        return found;
    }

    /// The one of the sorted candidates that decides; nullptr: the policy's default. A deny that was softened does not
    /// make milder what would decide without it.
    const Candidate* decider(const std::vector<Candidate>& candidates) const
    {
        const Candidate* first = nullptr;
        for (const Candidate& each : candidates) {
            if (!each.counts)
                break;
            if (first == nullptr)
                first = &each;
            if (!each.is_softened)
                return first->effect >= each.effect || !first->is_softened ? first : &each;
        }
        return first == nullptr || first->effect < policy_.otherwise ? nullptr : first;
    }

    JudgedContact judge_subject(std::size_t index, const PolicySubject& subject)
    {
        std::vector<Candidate> candidates;
        for (const PolicyEntry& entry : policy_.entries)
            if (auto found = candidate(entry, subject)) {
                used_.insert(&entry);
                candidates.push_back(*std::move(found));
            }
        std::ranges::sort(candidates, decides_before);
        const Candidate* const decides = decider(candidates);
        JudgedContact judged;
        judged.contact = index;
        if (decides != nullptr)
            judged.by = to_match(*decides);
        else
            judged.by = {.entry = {},
                         .effect = policy_.otherwise,
                         .by = candidates.empty() ? "no entry speaks of it" : "no entry that speaks of it decides",
                         .closeness = {},
                         .remark = {},
                         .reason = {}};
        judged.effect = judged.by.effect;
        for (const Candidate& each : candidates)
            if (&each != decides)
                judged.others.push_back(to_match(each));
        return judged;
    }

    /// Of all its names the strictest effect; undecided where one of them alone is meant and they differ.
    JudgedContact judge_names(std::size_t index, const ContactReadings& readings, const Phase* phase)
    {
        std::optional<JudgedContact> strictest;
        std::set<Effect> effects;
        for (PolicySubject subject : readings.subjects) {
            subject.phase = phase;
            JudgedContact judged = judge_subject(index, subject);
            effects.insert(judged.effect);
            if (strictest && judged.effect <= strictest->effect)
                continue;
            if (subject.rating != &report_.contacts[index].rating)  // under a further name
                judged.name = subject.endpoint.host->text();
            strictest = std::move(judged);
        }
        JudgedContact judged = *std::move(strictest);
        if (readings.one_of && (effects.size() > 1 || !readings.is_whole))
            judged.undecided = readings.is_whole
                                   ? fmt::format("it is one of {} names, of which the policy says different things",
                                                 readings.subjects.size())
                                   : std::string{"its address is shared by more names than are kept"};
        else if (!readings.one_of && !readings.is_whole && judged.effect == Effect::allow)
            judged.undecided = "its flows have more names than are kept";
        else if (judged.effect == Effect::allow && report_.contacts[index].contact.outer_name_only > 0 &&
                 (objects_by_name_ || policy_.otherwise != Effect::allow))
            judged.undecided = "its name can be an outer one, and the one that is meant is encrypted (ECH)";
        return judged;
    }

    void add_contact(std::size_t index, const Policy& in_force)
    {
        const RatedContact& rated = report_.contacts[index];
        const ContactReadings readings{report_, rated, with_};
        const auto phases = in_force.tells_phases() ? phases_of(report_, rated.contact) : std::vector<ContactPhase>{};
        if (phases.empty()) {
            verdict_.contacts.push_back(judge_names(index, readings, nullptr));
            return;
        }
        std::map<std::tuple<std::string, Effect, std::string>, std::size_t> places;  // in verdict_.contacts
        for (const ContactPhase& each : phases) {
            JudgedContact judged = judge_names(index, readings, each.phase);
            const auto [place, is_new] =
                places.try_emplace({judged.by.entry, judged.effect, judged.undecided}, verdict_.contacts.size());
            if (is_new)
                verdict_.contacts.push_back(std::move(judged));
            if (!report_.phases.empty())
                verdict_.contacts[place->second].phases.push_back(each.number);
        }
    }

    const Report& report_;
    const Policy& policy_;
    const JudgedWith& with_;
    Verdict verdict_;
    std::set<const PolicyEntry*> used_;
    bool objects_by_name_ = false;
};

}  // namespace

Verdict judge(const Report& report, const Policy& policy, const JudgedWith& with)
{
    return Judge{report, policy, with}.run();
}

}  // namespace waybill::rules
