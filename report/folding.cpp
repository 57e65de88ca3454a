#include "report/folding.h"

#include <algorithm>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "report/owner_words.h"
#include "report/proxy_words.h"

namespace waybill {
namespace {

Row row_of(const RatedContact& rated)
{
    const Contact& contact = rated.contact;
    return {Row::Kind::contact,  &rated,       1, 1, contact.flow_count, contact.out.ip_bytes,
            contact.in.ip_bytes, contact.first};
}

void add_volume(Row& sum, const Row& row)
{
    sum.flows += row.flows;
    sum.ip_bytes_out += row.ip_bytes_out;
    sum.ip_bytes_in += row.ip_bytes_in;
    sum.began = std::min(sum.began, row.began);
}

void add_to(Row& sum, const Row& row)
{
    sum.endpoints += row.endpoints;
    add_volume(sum, row);
}

/// The contacts in their order, one row for each endpoint and program.
std::vector<Row> rows_of(const Report& report)
{
    std::vector<Row> rows;
    rows.reserve(report.contacts.size());
    std::unordered_map<std::string, std::size_t> places;
    for (const RatedContact& rated : report.contacts) {
        if (report.processes.empty()) {
            rows.push_back(row_of(rated));
            continue;
        }
        const std::string program = owner_text(rated.contact.owner, report.processes);
        auto key = endpoint_text(rated.contact) + "\n" + program + (rated.contact.tunnelled ? "\n" : "");
        for (const std::string& leg : leg_remarks(rated.contact, report))
            key += "\n" + leg;  // by a proxy or not is said in a row of its own
        const auto [place, is_new] = places.try_emplace(key, rows.size());
        if (is_new) {
            rows.push_back(row_of(rated));
            continue;
        }
        ++rows[place->second].processes;
        add_volume(rows[place->second], row_of(rated));
    }
    return rows;
}

Row sum_of(std::span<const Row> rows, Row::Kind kind)
{
    Row sum = rows.front();
    for (const Row& row : rows.subspan(1))
        add_to(sum, row);
    sum.kind = kind;
    return sum;
}

/// What contacts that fold have in common; borrowed from the first of them.
struct Likeness {
    const Rating* rating;

    friend bool operator==(const Likeness& left, const Likeness& right)
    {
        return left.rating->domain == right.rating->domain && left.rating->rule == right.rating->rule &&
               left.rating->purposes == right.rating->purposes;
    }
};

struct LikenessHash {
    std::size_t operator()(const Likeness& likeness) const
    {
        const std::hash<std::string_view> hash;
        return hash(likeness.rating->domain) ^ hash(likeness.rating->rule);
    }
};

/// The contacts of one likeness, and their rows.
struct Group {
    std::size_t count = 0;
    std::size_t seen = 0;   // of those, how many have their place
    std::size_t place = 0;  // of the first row
};
using Groups = std::unordered_map<Likeness, Group, LikenessHash>;

/// Puts the next contact of a group that folds into the group's rows: the first ones by themselves, then the sum.
void place(std::vector<Row>& rows, Group& group, const Row& row, std::size_t keeps)
{
    const std::size_t listed = group.count == 1 ? 1 : std::min(keeps, group.count);
    if (group.seen == 0) {
        group.place = rows.size();
        rows.resize(rows.size() + listed + (listed < group.count ? 1 : 0));
    }
    Row& own = rows[group.place + std::min(group.seen, listed)];
    if (group.seen > listed)
        add_to(own, row);
    else
        own = row;
    if (group.seen++ >= listed)
        own.kind = Row::Kind::folded;
}

/// The rows, of which those that fold stand together, at the place of the first of them.
std::vector<Row> folded_rows(const std::vector<Row>& all, const FoldLimits& limits)
{
    Groups groups;
    groups.reserve(all.size());
    std::vector<Group*> group_of;  // none for a contact without a domain; a map's values stay in their place
    group_of.reserve(all.size());
    for (const Row& row : all) {
        const Rating& rating = row.first->rating;
        Group* const group = rating.domain.empty() ? nullptr : &groups[Likeness{&rating}];
        if (group != nullptr)
            ++group->count;
        group_of.push_back(group);
    }
    std::vector<Row> rows;
    rows.reserve(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (group_of[i] != nullptr && group_of[i]->count >= limits.fold_from)
            place(rows, *group_of[i], all[i], limits.fold_keeps);
        else
            rows.push_back(all[i]);
    }
    return rows;
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
    const std::vector<Row> all = folded_rows(rows_of(report), limits);
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
    return rows_of(report);
}

Listing listing_of(const std::vector<Row>& rows)
{
    const bool whole = std::ranges::all_of(rows, [](const Row& row) { return row.endpoints == 1; });
    return whole ? Listing::whole : Listing::folded;
}

}  // namespace waybill
