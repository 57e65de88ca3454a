#include "report/folding.h"

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <tuple>

namespace waybill {
namespace {

Row row_of(const RatedContact& rated)
{
    const Contact& contact = rated.contact;
    return {Row::Kind::contact,  &rated,       1, contact.flow_count, contact.out.ip_bytes,
            contact.in.ip_bytes, contact.first};
}

Row sum_of(std::span<const Row> rows, Row::Kind kind)
{
    Row sum = rows.front();
    for (const Row& row : rows.subspan(1)) {
        sum.contacts += row.contacts;
        sum.flows += row.flows;
        sum.ip_bytes_out += row.ip_bytes_out;
        sum.ip_bytes_in += row.ip_bytes_in;
        sum.began = std::min(sum.began, row.began);
    }
    sum.kind = kind;
    return sum;
}

using Key = std::tuple<std::string, std::vector<Purpose>, std::string>;

Key key_of(const RatedContact& rated)
{
    return {rated.rating.rule, rated.rating.purposes, rated.rating.domain};
}

/// The contacts as rows; those that fold stand together, at the place of the first of them.
std::vector<std::vector<Row>> groups_of(const Report& report, std::size_t fold_from)
{
    std::map<Key, std::size_t> counts;
    for (const RatedContact& rated : report.contacts)
        ++counts[key_of(rated)];
    std::map<Key, std::size_t> places;
    std::vector<std::vector<Row>> groups;
    for (const RatedContact& rated : report.contacts) {
        const bool folds = !rated.rating.domain.empty() && counts[key_of(rated)] >= fold_from;
        std::size_t place = groups.size();
        if (folds)
            place = places.try_emplace(key_of(rated), place).first->second;
        if (place == groups.size())
            groups.emplace_back();
        groups[place].push_back(row_of(rated));
    }
    return groups;
}

/// Appends the first of the rows, and the sum of the rest.
void append_some(std::vector<Row>& rows, std::span<const Row> from, std::size_t count, Row::Kind kind_of_rest)
{
    const std::size_t listed = std::min(count, from.size());
    rows.insert(rows.end(), from.begin(), from.begin() + static_cast<std::ptrdiff_t>(listed));
    if (listed < from.size())
        rows.push_back(sum_of(from.subspan(listed), kind_of_rest));
}

}  // namespace

std::vector<Row> fold(const Report& report, const FoldLimits& limits)
{
    std::vector<Row> all;
    for (const std::vector<Row>& group : groups_of(report, limits.fold_from))
        append_some(all, group, group.size() == 1 ? 1 : limits.fold_keeps, Row::Kind::folded);
    const auto first_cited = std::ranges::find_if(all, [](const Row& row) { return row.is_cited(); });
    const auto uncited_count = static_cast<std::size_t>(first_cited - all.begin());
    const std::span<const Row> uncited = std::span{all}.first(uncited_count);
    const std::span<const Row> cited = std::span{all}.subspan(uncited_count);
    const std::size_t kept = std::min(cited.size(), limits.cited_rows);
    const std::size_t uncited_listed = std::min(uncited.size(), limits.rows - kept);
    std::vector<Row> rows;
    append_some(rows, uncited, uncited_listed, Row::Kind::unlisted);
    append_some(rows, cited, limits.rows - uncited_listed, Row::Kind::unlisted_cited);
    return rows;
}

std::vector<Row> unfolded(const Report& report)
{
    std::vector<Row> rows;
    for (const RatedContact& rated : report.contacts)
        rows.push_back(row_of(rated));
    return rows;
}

Listing listing_of(const std::vector<Row>& rows)
{
    const bool whole = std::ranges::all_of(rows, [](const Row& row) { return row.contacts == 1; });
    return whole ? Listing::whole : Listing::folded;
}

}  // namespace waybill
