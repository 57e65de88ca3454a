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
    // One without a host is its address; a host at several addresses is one.
    using Key = std::tuple<std::string_view, IpAddress, Port, Transport, bool>;
    std::set<Key> endpoints;
    for (const RatedContact& rated : report.contacts) {
        const Endpoint& endpoint = rated.contact.endpoint;
        if (counts(rated))
            endpoints.emplace(endpoint.host ? std::string_view{*endpoint.host} : std::string_view{},
                              endpoint.host ? IpAddress{} : endpoint.address, endpoint.port, endpoint.transport,
                              rated.contact.tunnelled);
    }
    return endpoints.size();
}

}  // namespace

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
    }
    std::ranges::sort(report.purposes, {}, [](const PurposeTotal& total) {
        return std::tuple{total.cited, ~total.payload_out_at_most, total.purposes};
    });
}

}  // namespace waybill
