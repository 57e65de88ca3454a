#include "model/report.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

namespace waybill {
namespace {

template <typename Predicate>
std::uint64_t count_endpoints(const Report& report, Predicate counts)
{
    std::set<EndpointKey> endpoints;
    for (const RatedContact& rated : report.contacts)
        if (counts(rated))
            endpoints.insert(endpoint_key(rated.contact));
    return endpoints.size();
}

/// Adds up what each phase saw.
void sum_up_phases(Report& report)
{
    std::vector<std::set<EndpointKey>> endpoints(report.phases.size());
    for (const RatedContact& rated : report.contacts)
        for (const PhaseVolume& volume : rated.contact.phases) {
            if (volume.phase >= report.phases.size())
                continue;
            PhaseTotal& total = report.phases[volume.phase];
            endpoints[volume.phase].insert(endpoint_key(rated.contact));
            total.flows += volume.flows;
            total.begun += volume.begun;
            total.out += rated.contact.tunnelled ? Volume{} : volume.out;
            total.in += rated.contact.tunnelled ? Volume{} : volume.in;
        }
    std::set<EndpointKey> before;
    for (std::size_t i = 0; i < report.phases.size(); ++i) {
        report.phases[i].endpoints = endpoints[i].size();
        const std::size_t known = before.size();
        before.merge(endpoints[i]);
        report.phases[i].new_endpoints = before.size() - known;
    }
}

void add_phases(PurposeTotal& total, const Report& report, const Contact& contact)
{
    total.payload_out_by_phase.resize(report.phases.size());
    if (contact.tunnelled)
        return;
    for (const PhaseVolume& volume : contact.phases)
        if (volume.phase < total.payload_out_by_phase.size())
            total.payload_out_by_phase[volume.phase] += volume.out.payload_bytes;
}

}  // namespace

EndpointKey endpoint_key(const Contact& contact)
{
    const Endpoint& endpoint = contact.endpoint;
    return {endpoint.host ? std::string_view{*endpoint.host} : std::string_view{},
            endpoint.host ? IpAddress{} : endpoint.address, endpoint.port, endpoint.transport, contact.tunnelled};
}

std::uint64_t Report::payload_out_at_most() const
{
    std::uint64_t sum = 0;
    for (const RatedContact& rated : contacts)
        sum += rated.contact.tunnelled ? 0 : rated.contact.out.payload_bytes;
    return sum;
}

std::uint64_t Report::endpoints() const
{
    return count_endpoints(*this, [](const RatedContact&) { return true; });
}

std::uint64_t Report::uncited() const
{
    return count_endpoints(*this, [](const RatedContact& rated) { return !rated.rating.is_cited(); });
}

bool Report::volumes_are_whole() const
{
    return std::ranges::none_of(gaps, [](const Gap& gap) {
        return gap.kind != GapKind::phases_bound && affects(gap.kind, Claim::volumes);  // that one divides them only
    });
}

bool Report::phases_are_whole() const
{
    return volumes_are_whole() &&
           std::ranges::none_of(gaps, [](const Gap& gap) { return gap.kind == GapKind::phases_bound; });
}

bool Report::lost_input() const
{
    return std::ranges::any_of(gaps, [](const Gap& gap) { return describe(gap.kind).lost_input; });
}

void arrange(Report& report)
{
    using Place = std::tuple<bool, std::uint64_t, Timestamp, std::uint64_t>;
    std::vector<std::pair<Place, std::size_t>> order;
    order.reserve(report.contacts.size());
    for (const RatedContact& rated : report.contacts)
        order.emplace_back(
            Place{rated.rating.is_cited(), ~rated.contact.out.payload_bytes, rated.contact.first, rated.contact.id},
            order.size());
    std::ranges::sort(order);
    std::vector<RatedContact> arranged;
    arranged.reserve(order.size());
    for (const auto& [place, index] : order)
        arranged.push_back(std::move(report.contacts[index]));
    report.contacts = std::move(arranged);
    sum_up_phases(report);
    report.purposes.clear();
    for (const RatedContact& rated : report.contacts) {
        const bool cited = rated.rating.is_cited();
        auto total = std::ranges::find_if(report.purposes, [&](const PurposeTotal& known) {
            return known.cited == cited && known.purposes == rated.rating.purposes;
        });
        if (total == report.purposes.end()) {
            report.purposes.push_back({rated.rating.purposes, cited});
            total = std::prev(report.purposes.end());
        }
        ++total->contacts;
        total->flows += rated.contact.flow_count;
        total->payload_out_at_most += rated.contact.tunnelled ? 0 : rated.contact.out.payload_bytes;
        total->ip_bytes_out += rated.contact.out.ip_bytes;
        total->ip_bytes_in += rated.contact.in.ip_bytes;
        add_phases(*total, report, rated.contact);
    }
    std::ranges::sort(report.purposes, {}, [](const PurposeTotal& total) {
        return std::tuple{total.cited, ~total.payload_out_at_most, total.purposes};
    });
}

}  // namespace waybill
