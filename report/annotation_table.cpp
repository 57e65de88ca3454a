#include "report/annotation_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "model/purpose.h"
#include "report/columns.h"

namespace waybill {
namespace {

constexpr std::string_view no_cited_purpose = "no cited purpose";
constexpr std::size_t purposes_columns = 64;  // enough for three of most
constexpr std::size_t host_columns = 40;

std::string purposes_text(const RuleFacts* rule)
{
    if (rule == nullptr || !rule->rating.is_cited())
        return std::string{no_cited_purpose};
    std::string list;
    for (const Purpose purpose : rule->rating.purposes)
        list += (list.empty() ? "" : ", ") + std::string{text(purpose)};
    return list;
}

}  // namespace

void AnnotationTable::add(const Annotation& annotation)
{
    const std::string host = annotation.host.empty() ? annotation.address.text() : std::string{annotation.host};
    Group& group =
        groups_[{purposes_text(annotation.rule), annotation.rule == nullptr ? "-" : annotation.rule->rating.vendor}];
    ++group.lines;
    if (group.example.empty())
        group.example = host;
    if (group.hosts.contains(host))
        return;
    group.has_more = group.has_more || hosts_ >= max_hosts;
    if (hosts_ < max_hosts) {
        group.hosts.insert(host);
        ++hosts_;
    }
}

std::string AnnotationTable::text(std::string_view not_found) const
{
    using Entry = std::map<Key, Group>::value_type;
    std::vector<const Entry*> entries;
    entries.reserve(groups_.size());
    for (const Entry& entry : groups_)
        entries.push_back(&entry);
    // Of equal ones the order of the map stays.
    std::ranges::stable_sort(entries, {}, [](const Entry* entry) {
        return std::pair{entry->first.first != no_cited_purpose, ~entry->second.lines};
    });
    Columns columns{{Align::left, Align::left, Align::right, Align::right, Align::left}};
    columns.add({"PURPOSES", "VENDOR", "LINES", "HOSTS", "FOR EXAMPLE"});
    for (const Entry* const entry : entries) {
        const Group& group = entry->second;
        columns.add({shortened(entry->first.first, purposes_columns), printable(entry->first.second),
                     std::to_string(group.lines), (group.has_more ? "≥" : "") + std::to_string(group.hosts.size()),
                     shortened(printable(group.example), host_columns)});
    }
    std::string table;
    for (const std::string& line : columns.lines(columns.widths()))
        table += line + "\n";
    if (std::ranges::any_of(entries, [](const Entry* entry) { return entry->first.first == no_cited_purpose; }))
        table += fmt::format("{}: {}\n", no_cited_purpose, not_found);
    return table;
}

}  // namespace waybill
