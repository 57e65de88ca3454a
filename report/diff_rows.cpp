#include "report/diff_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/joined.h"
#include "base/text.h"
#include "report/diff_words.h"
#include "report/units.h"

namespace waybill {
namespace {

/// The first one, and how many more there are, or all.
std::string some_of(const std::vector<std::string>& words, Named named)
{
    if (words.size() <= 1 || named == Named::all)
        return joined(words, ", ");
    return fmt::format("{} +{}", words.front(), words.size() - 1);
}

std::string purpose_text(const Rating& rating, Named named)
{
    if (!rating.is_cited())
        return "no cited purpose";
    std::vector<std::string> words;
    for (const Purpose purpose : rating.purposes)
        words.emplace_back(text(purpose));
    return some_of(words, named);
}

std::string programs_text(const std::vector<std::string>& programs, Named named)
{
    std::vector<std::string> words;
    words.reserve(programs.size());
    for (const std::string& program : programs)
        words.push_back(printable(program));
    return words.empty() ? "-" : some_of(words, named);
}

/// "new endpoint", with the mark where a gap on the side that did not contact it limits that.
std::string marked(std::string_view words, const DiffSide& absent_from)
{
    return std::string{words} + (limits_absence(absent_from) ? std::string{absence_mark} : std::string{});
}

std::string what_text(const Diff& compared, DiffVerdict verdict, std::string_view appeared)
{
    switch (verdict) {
        case DiffVerdict::appeared:
            return marked(appeared, compared.sides.before);
        case DiffVerdict::gone:
            return marked("gone", compared.sides.after);
        default:
            return "changed";
    }
}

/// Purposes that have the verdict and of which this endpoint is one.
std::vector<std::string> purposes_of(const Diff& compared, const EndpointDiff& endpoint, DiffVerdict verdict)
{
    std::vector<std::string> words;
    for (const PurposeDiff& each : compared.purposes)
        if (each.verdict == verdict && std::ranges::find(each.endpoints, endpoint.endpoint) != each.endpoints.end())
            words.emplace_back(text(each.purpose));
    return words;
}

std::vector<std::string> details_of(const Diff& compared, const EndpointDiff& endpoint)
{
    std::vector<std::string> details;
    if (endpoint.verdict == DiffVerdict::gone) {
        if (const auto purposes = purposes_of(compared, endpoint, DiffVerdict::gone); !purposes.empty())
            details.push_back("no endpoint is left for: " + joined(purposes, ", "));
    } else if (endpoint.verdict == DiffVerdict::appeared) {
        const auto purposes = purposes_of(compared, endpoint, DiffVerdict::appeared);
        if (!purposes.empty() && endpoint.rating.purposes.size() > 1)
            details.push_back("new: " + joined(purposes, ", "));
    } else if (endpoint.p && *endpoint.p < Diff::level) {
        details.push_back("contacted " + presence_text(endpoint.seen) + p_text(endpoint.p));
    }
    for (const AspectDiff& aspect : endpoint.aspects)
        if (is_difference(aspect.verdict))
            details.push_back(aspect_text(aspect));
    return details;
}

DiffRow row_of(const Diff& compared, const EndpointDiff& endpoint, Named named)
{
    const Spread& out = endpoint.ip_bytes_out.after;
    return {what_text(compared, endpoint.verdict, endpoint.has_new_purpose ? "new purpose" : "new endpoint"),
            purpose_text(endpoint.rating, named),
            diff_endpoint_text(endpoint.endpoint),
            seen_text(endpoint.seen.before),
            seen_text(endpoint.seen.after),
            size_text(out.runs > 0 ? out.median : endpoint.ip_bytes_out.before.median),
            programs_text(endpoint.programs, named),
            details_of(compared, endpoint),
            endpoint.rating.is_cited()};
}

/// A purpose that no row of an endpoint tells: none of its endpoints alone is new or gone.
DiffRow row_of(const Diff& compared, const PurposeDiff& purpose)
{
    DiffRow row;
    row.what = what_text(compared, purpose.verdict, "new purpose");
    row.purpose = text(purpose.purpose);
    row.endpoint = count_text(purpose.endpoints.size(), "endpoint", "endpoints") + " together";
    row.before = seen_text(purpose.seen.before);
    row.after = seen_text(purpose.seen.after);
    row.out = "-";
    row.by = "-";
    for (const DiffEndpoint& endpoint : purpose.endpoints)
        row.details.push_back(diff_endpoint_text(endpoint));
    return row;
}

bool is_told(const Diff& compared, const PurposeDiff& purpose)
{
    return std::ranges::any_of(compared.endpoints, [&](const EndpointDiff& each) {
        return each.verdict == purpose.verdict &&
               std::ranges::find(purpose.endpoints, each.endpoint) != purpose.endpoints.end();
    });
}

}  // namespace

std::vector<DiffRow> diff_rows(const Diff& compared, Named named)
{
    std::vector<DiffRow> rows;
    const auto add = [&](DiffVerdict verdict, bool has_new_purpose) {
        for (const EndpointDiff& each : compared.endpoints)
            if (each.verdict == verdict && each.has_new_purpose == has_new_purpose)
                rows.push_back(row_of(compared, each, named));
    };
    const auto add_purposes = [&](DiffVerdict verdict) {
        for (const PurposeDiff& each : compared.purposes)
            if (each.verdict == verdict && !is_told(compared, each))
                rows.push_back(row_of(compared, each));
    };
    add(DiffVerdict::appeared, true);
    for (const DiffVerdict verdict : {DiffVerdict::appeared, DiffVerdict::gone, DiffVerdict::changed}) {
        add_purposes(verdict);
        add(verdict, false);
    }
    return rows;
}

}  // namespace waybill
