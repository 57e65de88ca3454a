#include "rules/policy/limits.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "rules/policy/selection.h"

namespace waybill::rules {
namespace {

/// What of a contact counts: all of it, or what it did in the phases that are meant.
struct Share {
    std::uint64_t flows = 0;
    Volume out;
    bool counts = false;
    std::string by;
};

Share share_of(const Report& report, const RatedContact& rated, const ContactSelector& selector)
{
    Share share;
    PolicySubject subject = subject_of(report, rated);
    if (selector.phases.empty()) {
        if (const auto selection = select(selector, subject))
            share = {rated.contact.flow_count, rated.contact.out, true, selection->by};
        return share;
    }
    for (const PhaseVolume& volume : rated.contact.phases) {
        if (volume.phase >= report.phases.size())
            continue;
        subject.phase = &report.phases[volume.phase].phase;
        const auto selection = select(selector, subject);
        if (!selection)
            continue;
        share.counts = true;
        share.by = selection->by;
        share.flows += volume.flows;
        share.out += volume.out;
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
    Measuring(const Report& report, const PolicyLimit& limit) : report_{report}, limit_{limit} {}

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
    using EndpointKey = std::tuple<std::string, IpAddress, Port, Transport>;

    bool add(const RatedContact& rated, JudgedLimit& judged)
    {
        const Share share = share_of(report_, rated, limit_.selector);
        const bool is_meant = limit_.measure != Measure::uncited_endpoints || !rated.rating.is_cited();
        if (!share.counts || !is_meant)
            return false;
        if (judged.selected.empty())
            judged.selected = share.by;
        flows_ += share.flows;
        unowned_ += rated.contact.owner.process == 0 ? share.flows : 0;
        if (!rated.contact.tunnelled)
            out_ += share.out;
        const Endpoint& endpoint = rated.contact.endpoint;
        endpoints_.insert({endpoint.host.value_or(std::string{}), endpoint.host ? IpAddress{} : endpoint.address,
                           endpoint.port, endpoint.transport});
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
    std::uint64_t flows_ = 0;
    std::uint64_t unowned_ = 0;
    Volume out_;
    std::set<EndpointKey> endpoints_;
};

}  // namespace

std::vector<JudgedLimit> judge_limits(const Report& report, const Policy& policy)
{
    std::vector<JudgedLimit> judged;
    judged.reserve(policy.limits.size());
    for (const PolicyLimit& limit : policy.limits)
        judged.push_back(Measuring{report, limit}.run());
    return judged;
}

}  // namespace waybill::rules
