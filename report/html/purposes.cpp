// What for (declared in report/html/sections.h).
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "report/html/sections.h"
#include "report/html/table.h"
#include "report/units.h"
#include "report/words.h"

namespace waybill::html {
namespace {

std::string words_of(const PurposeTotal& total)
{
    Rating rating;
    rating.purposes = total.purposes;
    rating.rule = total.cited ? "-" : "";
    return purposes_text(rating);
}

std::string class_of(const Report& report, const PurposeTotal& total)
{
    Rating rating;
    rating.purposes = total.purposes;
    rating.rule = total.cited ? "-" : "";
    return purpose_class(report, rating);
}

/// Of each purpose in the report's order.
std::vector<std::uint64_t> endpoints_of(const Report& report)
{
    std::vector<std::set<EndpointKey>> endpoints(report.purposes.size());
    for (const RatedContact& rated : report.contacts)
        for (std::size_t i = 0; i < report.purposes.size(); ++i)
            if (report.purposes[i].cited == rated.rating.is_cited() &&
                report.purposes[i].purposes == rated.rating.purposes)
                endpoints[i].insert(endpoint_key(rated.contact));
    std::vector<std::uint64_t> counts;
    counts.reserve(endpoints.size());
    for (const auto& of_one : endpoints)
        counts.push_back(of_one.size());
    return counts;
}

/// One bar, divided by payload out.
Html bar(const PageSubject& subject, std::string_view caption)
{
    constexpr double width = 1000;
    constexpr double least = 3;  // so that what is there can be seen
    const Report& report = subject.report;
    double sum = 0;
    for (const PurposeTotal& total : report.purposes)
        sum += static_cast<double>(total.payload_out_at_most);
    if (sum == 0)
        return {};
    Html parts;
    std::string description;
    double at = 0;
    for (const PurposeTotal& total : report.purposes) {
        if (total.payload_out_at_most == 0)
            continue;
        const double share = static_cast<double>(total.payload_out_at_most) / sum;
        const double wide = std::max(least, share * width);
        const std::string says =
            fmt::format("{}: {} ({:.1f} %)", words_of(total), size_text(total.payload_out_at_most), share * 100);
        parts += element("rect",
                         {{"class", class_of(report, total)},
                          {"x", fmt::format("{:.1f}", at)},
                          {"width", fmt::format("{:.1f}", std::max(1.0, wide - 1))},
                          {"height", "24"}},
                         element("title", says));
        at += wide;
        description += (description.empty() ? "" : "; ") + says;
    }
    return element("svg",
                   {{"class", "whole"},
                    {"viewBox", fmt::format("0 0 {:.1f} 24", at)},
                    {"preserveAspectRatio", "none"},
                    {"role", "img"},
                    {"aria-labelledby", "purposes-bar"}},
                   element("title", {{"id", "purposes-bar"}}, caption) + element("desc", description) + parts) +
           line_end();
}

}  // namespace

Html purposes(const PageSubject& subject)
{
    const Report& report = subject.report;
    if (report.purposes.empty()) {
        return section("purposes", "What for", list(no_contact_sentences(report), "sentences"));
    }
    const std::string bound = report.volumes_are_whole() ? "At most so much" : "At least so much";
    const std::string payload = subject.is_sinkhole() ? "Would have left" : "Payload out";
    TableHead head{"purposes-table",
                   "purposes",
                   fmt::format("{} of payload {}, by what it is documented to be for", bound,
                               subject.is_sinkhole() ? "would have left" : "went out"),
                   {{"Purpose"},
                    {"Endpoints", Column::Kind::number},
                    {"Flows", Column::Kind::number},
                    {payload, Column::Kind::number},
                    {"IP out", Column::Kind::number}},
                   TableHead::Use::plain};
    if (!subject.is_sinkhole())
        head.columns.push_back({"IP in", Column::Kind::number});
    const std::vector<std::uint64_t> endpoints = endpoints_of(report);
    const std::string sign = report.volumes_are_whole() ? "≤ " : "≥ ";
    std::vector<TableRow> rows;
    for (std::size_t i = 0; i < report.purposes.size(); ++i) {
        const PurposeTotal& total = report.purposes[i];
        TableRow row;
        row.cells.push_back(
            {element("span", {{"class", "key " + class_of(report, total)}}, Html{}) + text(words_of(total))});
        row.cells.push_back(cell(std::to_string(endpoints[i])));
        row.cells.push_back(cell(std::to_string(total.flows)));
        row.cells.push_back(cell(sign + size_text(total.payload_out_at_most)));
        row.cells.push_back(cell(size_text(total.ip_bytes_out)));
        if (!subject.is_sinkhole())
            row.cells.push_back(cell(size_text(total.ip_bytes_in)));
        rows.push_back(std::move(row));
    }
    return section("purposes", "What for", bar(subject, head.caption) + table(head, rows));
}

}  // namespace waybill::html
