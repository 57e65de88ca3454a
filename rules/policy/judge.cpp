#include "rules/policy/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "rules/policy/claims.h"
#include "rules/policy/limits.h"
#include "rules/policy/selection.h"
#include "rules/rate.h"

namespace waybill::rules {
namespace {

/// An entry that matches, with what decides between several.
struct Candidate {
    const PolicyEntry* entry = nullptr;
    Selection selection;
    Effect effect{};
    bool counts = true;  ///< else it is shown alone
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
        for (const PolicyEntry& entry : policy_.entries)
            if (is_expired(entry))
                verdict_.expired.push_back(entry.id);
        for (std::size_t i = 0; i < report_.contacts.size(); ++i)
            add_contact(i);
        verdict_.limits = judge_limits(report_, policy_);
        find_open_claims(report_, policy_, verdict_);
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

    /// What an entry means for a subject; nothing when it does not speak of it.
    std::optional<Candidate> candidate(const PolicyEntry& entry, const PolicySubject& subject) const
    {
        auto selection = select(entry.selector, subject);
        if (!selection)
            return std::nullopt;
        Candidate found{&entry, *std::move(selection), entry.effect, true, {}};
        if (is_expired(entry)) {
            found.counts = false;
            found.remark = fmt::format("expired on {}", text(*entry.expires));
        } else if (found.selection.in_part && entry.effect == Effect::deny) {
            found.effect = policy_.mixed_purposes;
            found.remark = "the endpoint has other purposes too, which metadata cannot tell apart";
        } else if (found.selection.in_part && entry.effect == Effect::allow) {
            found.counts = false;
            found.remark = "it does not allow all of the endpoint's purposes, which metadata cannot tell apart";
        }
        return found;
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
        JudgedContact judged;
        judged.contact = index;
        judged.by = {.entry = {},
                     .effect = policy_.otherwise,
                     .by = "no entry speaks of it",
                     .closeness = {},
                     .remark = {},
                     .reason = {}};
        std::size_t first_other = 0;
        if (!candidates.empty() && candidates.front().counts) {
            judged.by = to_match(candidates.front());
            first_other = 1;
        }
        judged.effect = judged.by.effect;
        for (std::size_t i = first_other; i < candidates.size(); ++i)
            judged.others.push_back(to_match(candidates[i]));
        return judged;
    }

    /// One that may have several names is decided where all of them say the same.
    JudgedContact judge_names(std::size_t index, PolicySubject subject)
    {
        const RatedContact& rated = *subject.rated;
        JudgedContact judged = judge_subject(index, subject);
        if (rated.contact.endpoint.host || rated.contact.candidates.empty()) {
            const bool rests_on_name = subject.endpoint.host && !judged.by.entry.empty();
            if (rated.contact.outer_name_only > 0 && judged.effect == Effect::allow && rests_on_name)
                judged.undecided = "its name can be an outer one, and the one that is meant is encrypted (ECH)";
            return judged;
        }
        std::set<Effect> effects;
        for (const std::string& name : rated.contact.candidates) {
            const auto host = Hostname::parse(name);
            if (!host)
                continue;
            subject.endpoint.host = *host;
            RatedContact named = rated;
            named.rating = rate(subject.endpoint, with_.book, with_.suffixes, with_.as_of);
            subject.rated = &named;
            JudgedContact of_name = judge_subject(index, subject);
            effects.insert(of_name.effect);
            if (effects.size() == 1 || of_name.effect > judged.effect)
                judged = std::move(of_name);
        }
        if (effects.size() > 1)
            judged.undecided = fmt::format("it is one of {} names, of which the policy says different things",
                                           rated.contact.candidates.size());
        return judged;
    }

    void add_contact(std::size_t index)
    {
        const RatedContact& rated = report_.contacts[index];
        PolicySubject subject = subject_of(report_, rated);
        if (!policy_.tells_phases()) {
            verdict_.contacts.push_back(judge_names(index, subject));
            return;
        }
        std::vector<std::uint32_t> phases;
        for (const PhaseVolume& volume : rated.contact.phases)
            if (volume.phase < report_.phases.size())
                phases.push_back(volume.phase);
        if (phases.empty()) {  // the recording has one alone
            const Phase whole{Phase::Opening::recording, {}, rated.contact.first, rated.contact.last};
            subject.phase = &whole;
            verdict_.contacts.push_back(judge_names(index, subject));
            return;
        }
        std::map<std::tuple<std::string, Effect, std::string>, std::size_t> places;  // in verdict_.contacts
        for (const std::uint32_t phase : phases) {
            subject.phase = &report_.phases[phase].phase;
            JudgedContact judged = judge_names(index, subject);
            const auto [place, is_new] =
                places.try_emplace({judged.by.entry, judged.effect, judged.undecided}, verdict_.contacts.size());
            if (is_new)
                verdict_.contacts.push_back(std::move(judged));
            verdict_.contacts[place->second].phases.push_back(phase);
        }
    }

    const Report& report_;
    const Policy& policy_;
    const JudgedWith& with_;
    Verdict verdict_;
    std::set<const PolicyEntry*> used_;
};

}  // namespace

Verdict judge(const Report& report, const Policy& policy, const JudgedWith& with)
{
    return Judge{report, policy, with}.run();
}

Date last_day(const Report& report)
{
    const Timestamp end = report.run ? report.run->ended : report.totals.last.value_or(Timestamp{});
    return std::chrono::floor<std::chrono::days>(end);
}

}  // namespace waybill::rules
