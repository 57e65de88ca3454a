#include "rules/diff/compare.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "rules/diff/family.h"
#include "rules/diff/observation.h"
#include "rules/diff/verdict.h"

namespace waybill::diff {
namespace {

using Runs = std::vector<std::optional<Seen>>;
using Sides = BeforeAfter<std::span<const Report>>;

template <typename List, typename Value>
bool contains(const List& list, const Value& value)
{
    return std::ranges::find(list, value) != list.end();
}

bool is_sinkhole(const Report& report)
{
    return report.run && report.run->mode == NetworkMode::sinkhole;
}

/// Whether any, or all, of the runs were in the sinkhole.
struct Sinkhole {
    bool any = false;
    bool all = true;

    explicit Sinkhole(const Sides& sides)
    {
        for (const auto& reports : {sides.before, sides.after}) {
            any = any || std::ranges::any_of(reports, is_sinkhole);
            all = all && std::ranges::all_of(reports, is_sinkhole);
        }
    }
};

SeenIn seen_in(const Runs& runs)
{
    const auto count = std::ranges::count_if(runs, [](const auto& seen) { return seen.has_value(); });
    return {static_cast<std::uint32_t>(count), static_cast<std::uint32_t>(runs.size())};
}

std::vector<std::uint64_t> numbers_of(const Runs& runs, std::uint64_t Seen::* member)
{
    std::vector<std::uint64_t> numbers;
    for (const auto& seen : runs)
        if (seen)
            numbers.push_back((*seen).*member);
    return numbers;
}

BeforeAfter<Spread> spreads_of(const Observed& observed, std::uint64_t Seen::* member)
{
    return {Spread::of(numbers_of(observed.runs.before, member)), Spread::of(numbers_of(observed.runs.after, member))};
}

std::uint64_t Seen::* number_of(Aspect aspect)
{
    return aspect == Aspect::flows         ? &Seen::flows
           : aspect == Aspect::ip_bytes_in ? &Seen::ip_bytes_in
                                           : &Seen::ip_bytes_out;
}

std::set<std::string> Seen::* values_of(Aspect aspect)
{
    return aspect == Aspect::program        ? &Seen::programs
           : aspect == Aspect::protocol     ? &Seen::protocols
           : aspect == Aspect::alpn_offered ? &Seen::alpn_offered
           : aspect == Aspect::alpn_chosen  ? &Seen::alpn_chosen
                                            : &Seen::ja4;
}

constexpr std::array valued_aspects{Aspect::program, Aspect::protocol, Aspect::alpn_offered, Aspect::alpn_chosen,
                                    Aspect::ja4};

bool is_of_tls(Aspect aspect)
{
    return aspect == Aspect::alpn_offered || aspect == Aspect::alpn_chosen || aspect == Aspect::ja4;
}

/// How many of the runs that contacted the endpoint had the value.
SeenIn seen_in(const Runs& runs, std::set<std::string> Seen::* member, const std::string& value)
{
    SeenIn seen;
    for (const auto& run : runs) {
        seen.runs += run ? 1U : 0U;
        seen.count += run && ((*run).*member).contains(value) ? 1U : 0U;
    }
    return seen;
}

/// All that is compared, with the tests of it.
class Comparing {
public:
    explicit Comparing(const Sides& sides) : sides_{sides}, sinkhole_{sides}, observations_{observe(sides)}
    {
        diff_.comparison = sinkhole_.any && !sinkhole_.all ? Comparison::endpoints_only : Comparison::everything;
    }

    Diff finish()
    {
        for (const auto& [endpoint, observed] : observations_)
            add_endpoint(endpoint, observed);
        add_purposes();
        family_.correct();
        diff_.tests = family_.size();
        settle_purposes();
        settle_endpoints();
        return std::move(diff_);
    }

private:
    struct PendingAspect {
        AspectDiff aspect;
        std::size_t test = 0;
    };
    struct Pending {
        EndpointDiff endpoint;
        std::size_t test = 0;
        bool is_always_there = false;  // in every run of both sides: else chance gives what all of few runs have
        std::vector<PendingAspect> aspects;
    };
    struct PendingPurpose {
        PurposeDiff purpose;
        std::size_t test = 0;
    };

    void add_endpoint(const DiffEndpoint& endpoint, const Observed& observed);
    void add_numbers(Pending& pending, const Observed& observed);
    void add_values(Pending& pending, const Observed& observed);
    void add_purposes();
    void settle_purposes();
    void settle_endpoints();
    void settle(Pending& pending);
    bool brings_new_purpose(const EndpointDiff& endpoint) const;

    Sides sides_;
    Sinkhole sinkhole_;
    Observations observations_;
    Family family_;
    std::vector<Pending> endpoints_;
    std::vector<PendingPurpose> purposes_;
    Diff diff_;
};

void Comparing::add_endpoint(const DiffEndpoint& endpoint, const Observed& observed)
{
    Pending& pending = endpoints_.emplace_back();
    EndpointDiff& told = pending.endpoint;
    told.endpoint = endpoint;
    told.rating = observed.rating;
    told.seen = {seen_in(observed.runs.before), seen_in(observed.runs.after)};
    told.ip_bytes_out = spreads_of(observed, &Seen::ip_bytes_out);
    told.flows = spreads_of(observed, &Seen::flows);
    std::set<std::string> programs;
    for (const auto& seen : told.seen.after.count > 0 ? observed.runs.after : observed.runs.before)
        if (seen)
            programs.insert(seen->programs.begin(), seen->programs.end());
    told.programs.assign(programs.begin(), programs.end());
    pending.test = family_.add(told.seen);
    const auto is_in_all = [](const SeenIn& seen) { return seen.count == seen.runs; };
    pending.is_always_there = is_in_all(told.seen.before) && is_in_all(told.seen.after);
    if (diff_.comparison == Comparison::endpoints_only || told.seen.before.count == 0 || told.seen.after.count == 0)
        return;
    add_numbers(pending, observed);
    add_values(pending, observed);
}

void Comparing::add_numbers(Pending& pending, const Observed& observed)
{
    for (const Aspect aspect : {Aspect::ip_bytes_out, Aspect::ip_bytes_in, Aspect::flows}) {
        if (aspect == Aspect::ip_bytes_in && sinkhole_.all)
            continue;  // what came in is the sinkhole's
        AspectDiff told;
        told.aspect = aspect;
        told.numbers = spreads_of(observed, number_of(aspect));
        if (is_within_tolerance(aspect, told.numbers))
            continue;
        const std::size_t test = family_.add(
            {numbers_of(observed.runs.before, number_of(aspect)), numbers_of(observed.runs.after, number_of(aspect))});
        pending.aspects.push_back({std::move(told), test});
    }
}

void Comparing::add_values(Pending& pending, const Observed& observed)
{
    bool has_more_tls = false;
    for (const Runs& runs : {observed.runs.before, observed.runs.after})
        for (const auto& run : runs)
            has_more_tls = has_more_tls || (run && run->has_more_tls);
    for (const Aspect aspect : valued_aspects) {
        if (is_of_tls(aspect) && has_more_tls)
            continue;  // of what is not known whole nothing can be said to be absent
        std::set<std::string> values;
        for (const Runs& runs : {observed.runs.before, observed.runs.after})
            for (const auto& run : runs)
                if (run)
                    values.insert(((*run).*values_of(aspect)).begin(), ((*run).*values_of(aspect)).end());
        for (const std::string& value : values) {
            AspectDiff told;
            told.aspect = aspect;
            told.value = value;
            told.seen = {seen_in(observed.runs.before, values_of(aspect), value),
                         seen_in(observed.runs.after, values_of(aspect), value)};
            const std::size_t test = family_.add(told.seen);
            pending.aspects.push_back({std::move(told), test});
        }
    }
}

void Comparing::add_purposes()
{
    for (const Purpose purpose : all_purposes) {
        if (purpose == Purpose::unknown)
            continue;
        PurposeDiff told;
        told.purpose = purpose;
        const auto has = [&](const RatedContact& rated) {
            return rated.rating.is_cited() && contains(rated.rating.purposes, purpose);
        };
        const auto count = [&](std::span<const Report> reports) {
            const auto runs = std::ranges::count_if(
                reports, [&](const Report& report) { return std::ranges::any_of(report.contacts, has); });
            return SeenIn{static_cast<std::uint32_t>(runs), static_cast<std::uint32_t>(reports.size())};
        };
        told.seen = {count(sides_.before), count(sides_.after)};
        const std::size_t test = family_.add(told.seen);
        purposes_.push_back({std::move(told), test});
    }
}

void Comparing::settle_purposes()
{
    for (PendingPurpose& pending : purposes_) {
        PurposeDiff& told = pending.purpose;
        told.p = family_.result(pending.test);
        told.verdict = verdict_of(told.seen, told.p);
        if (!is_difference(told.verdict))
            continue;  // its endpoints tell what varies
        for (const auto& [endpoint, observed] : observations_) {
            const Runs& runs = told.verdict == DiffVerdict::gone ? observed.runs.before : observed.runs.after;
            if (observed.rating.is_cited() && contains(observed.rating.purposes, told.purpose) &&
                seen_in(runs).count > 0)
                told.endpoints.push_back(endpoint);
        }
        diff_.purposes.push_back(std::move(told));
    }
    std::ranges::stable_sort(diff_.purposes, {}, &PurposeDiff::verdict);
}

bool Comparing::brings_new_purpose(const EndpointDiff& endpoint) const
{
    return endpoint.verdict == DiffVerdict::appeared &&
           std::ranges::any_of(diff_.purposes, [&](const PurposeDiff& each) {
               return each.verdict == DiffVerdict::appeared && contains(each.endpoints, endpoint.endpoint);
           });
}

void Comparing::settle(Pending& pending)
{
    EndpointDiff& told = pending.endpoint;
    told.p = family_.result(pending.test);
    told.verdict = verdict_of(told.seen, told.p);
    for (auto& [aspect, test] : pending.aspects) {
        aspect.p = family_.result(test);
        aspect.verdict = aspect.value.empty() ? verdict_of(aspect.aspect, aspect.numbers, aspect.p)
                                              : verdict_of(aspect.seen, aspect.p);
        const bool is_shown = aspect.p && *aspect.p < Diff::level;
        if (!pending.is_always_there && is_difference(aspect.verdict) && !is_shown)
            aspect.verdict = aspect.value.empty() ? DiffVerdict::undecided : DiffVerdict::varies;
        if (aspect.verdict != DiffVerdict::same)
            told.aspects.push_back(std::move(aspect));
    }
    const auto has = [&](auto&& what) { return std::ranges::any_of(told.aspects, what, &AspectDiff::verdict); };
    if (is_difference(told.verdict))
        return;
    if (has([](DiffVerdict verdict) { return is_difference(verdict); }))
        told.verdict = DiffVerdict::changed;
    else if (told.verdict == DiffVerdict::same &&
             has([](DiffVerdict verdict) { return verdict == DiffVerdict::undecided; }))
        told.verdict = DiffVerdict::undecided;
    else if (told.verdict == DiffVerdict::same && !told.aspects.empty())
        told.verdict = DiffVerdict::varies;
}

void Comparing::settle_endpoints()
{
    for (Pending& pending : endpoints_) {
        settle(pending);
        EndpointDiff& told = pending.endpoint;
        told.has_new_purpose = brings_new_purpose(told);
        if (told.verdict == DiffVerdict::same)
            ++diff_.same;
        else
            diff_.endpoints.push_back(std::move(told));
    }
    std::ranges::stable_sort(diff_.endpoints, {}, [](const EndpointDiff& each) {
        return std::tuple{each.verdict, !each.has_new_purpose, each.rating.is_cited()};
    });
}

template <typename Value>
void add_distinct(std::vector<Value>& values, const Value& value)
{
    if (!contains(values, value))
        values.push_back(value);
}

DiffSide side_of(std::span<const Report> reports)
{
    DiffSide side;
    std::map<GapKind, SideGap> gaps;
    for (const Report& report : reports) {
        side.cases.push_back(report.place);
        if (report.run) {
            add_distinct(side.modes, report.run->mode);
            add_distinct(side.commands, report.run->command);
        }
        std::set<GapKind> kinds;
        for (const Gap& gap : report.gaps) {
            if (!contains(describe(gap.kind).affects, true))
                continue;
            SideGap& sum = gaps[gap.kind];
            sum.kind = gap.kind;
            sum.count += gap.count;
            sum.runs += kinds.insert(gap.kind).second ? 1U : 0U;
            if (!gap.detail.empty() && sum.details.size() < SideGap::kept_details)
                add_distinct(sum.details, gap.detail);
        }
    }
    for (const auto& [kind, gap] : gaps)
        side.gaps.push_back(gap);
    return side;
}

}  // namespace

Diff compare(const BeforeAfter<std::span<const Report>>& sides)
{
    Diff compared = Comparing{sides}.finish();
    compared.sides = {side_of(sides.before), side_of(sides.after)};
    compared.can_test = Family::can_show(compared.sides.before.runs(), compared.sides.after.runs());
    if (!sides.after.empty())
        compared.rules = sides.after.front().rules;
    return compared;
}

}  // namespace waybill::diff
