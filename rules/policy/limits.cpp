#include "rules/policy/limits.h"

#include <algorithm>
#include <set>

#include "rules/policy/readings.h"

namespace waybill::rules {
namespace {

/// What of a contact counts: all of it, or what it did in the phases that are meant.
struct Share {
    std::uint64_t flows = 0;
    Volume out;
    bool counts = false;
    std::string by;
};

/// Under any of its names: a limit measures what may have been sent. One of several names that share an address is none
/// of them (an open claim).
std::optional<Selection> selected(const ContactReadings& readings, const ContactSelector& selector, const Phase* phase)
{
    if (readings.one_of && goes_by_name(selector))
        return std::nullopt;
    for (PolicySubject subject : readings.subjects) {
        subject.phase = phase;
        if (auto selection = select(selector, subject))
            return selection;
    }
    return std::nullopt;
}

Share share_of(const Report& report, const RatedContact& rated, const ContactSelector& selector, const JudgedWith& with)
{
    Share share;
    const ContactReadings readings{report, rated, with};
    if (selector.phases.empty()) {
        if (const auto selection = selected(readings, selector, nullptr))
            share = {rated.contact.flow_count, rated.contact.out, true, selection->by};
        return share;
    }
    for (const ContactPhase& each : phases_of(report, rated.contact)) {
        const auto selection = selected(readings, selector, each.phase);
        if (!selection)
            continue;
        share.counts = true;
        share.by = selection->by;
        share.flows += each.flows;
        share.out += each.out;
    }
    return share;
}

JudgedLimit::Unit unit_of(Measure measure)
{
    switch (measure) {
        case Measure::payload_out:
        case Measure::ip_bytes_out:
            return JudgedLimit::Unit::octets;
        case Measure::unattributed_share:
            return JudgedLimit::Unit::share;
        default:
            return JudgedLimit::Unit::count;
    }
}

double lost_input(const Report& report)
{
    std::uint64_t lost = 0;
    for (const Gap& gap : report.gaps)
        lost += describe(gap.kind).lost_input ? gap.count : 0;
    return static_cast<double>(lost);
}

/// One limit, measured contact by contact.
class Measuring {
public:
    Measuring(const Report& report, const PolicyLimit& limit, const JudgedWith& with)
        : report_{report}, limit_{limit}, with_{with}
    {
    }

    JudgedLimit run()
    {
        JudgedLimit judged;
        judged.id = limit_.id;
        judged.measure = text(limit_.measure);
        judged.unit = unit_of(limit_.measure);
        judged.most = limit_.most;
        judged.reason = limit_.reason;
        if (limit_.measure == Measure::lost_input) {
            judged.measured = lost_input(report_);
            return judged;
        }
        for (std::size_t i = 0; i < report_.contacts.size(); ++i)
            if (add(report_.contacts[i], judged))
                judged.contacts.push_back(i);
        judged.measured = measured();
        return judged;
    }

private:
    bool add(const RatedContact& rated, JudgedLimit& judged)
    {
        const Share share = share_of(report_, rated, limit_.selector, with_);
        const bool is_meant = limit_.measure != Measure::uncited_endpoints || !rated.rating.is_cited();
        if (!share.counts || !is_meant)
            return false;
        if (judged.selected.empty())
            judged.selected = share.by;
        flows_ += share.flows;
        unowned_ += rated.contact.owner.process == 0 ? share.flows : 0;
        if (!rated.contact.tunnelled)
            out_ += share.out;
        endpoints_.insert(endpoint_key(rated.contact));
        return limit_.measure != Measure::unattributed_share || rated.contact.owner.process == 0;
    }

    double measured() const
    {
        switch (limit_.measure) {
            case Measure::payload_out:
                return static_cast<double>(out_.payload_bytes);
            case Measure::ip_bytes_out:
                return static_cast<double>(out_.ip_bytes);
            case Measure::endpoints:
            case Measure::uncited_endpoints:
                return static_cast<double>(endpoints_.size());
            case Measure::flows:
                return static_cast<double>(flows_);
            case Measure::unattributed_share:
                return flows_ == 0 ? 0 : static_cast<double>(unowned_) / static_cast<double>(flows_);
            case Measure::lost_input:
                break;
        }
        return 0;
    }

    const Report& report_;
    const PolicyLimit& limit_;
    const JudgedWith& with_;
    std::uint64_t flows_ = 0;
    std::uint64_t unowned_ = 0;
    Volume out_;
    std::set<EndpointKey> endpoints_;
};

}  // namespace

std::vector<JudgedLimit> judge_limits(const Report& report, const Policy& policy, const JudgedWith& with)
{
    std::vector<JudgedLimit> judged;
    judged.reserve(policy.limits.size());
    for (const PolicyLimit& limit : policy.limits)
        judged.push_back(Measuring{report, limit, with}.run());
    return judged;
}

}  // namespace waybill::rules
