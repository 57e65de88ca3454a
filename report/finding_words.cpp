#include "report/finding_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "report/proxy_words.h"
#include "report/units.h"

namespace waybill {
namespace {

constexpr std::size_t named_changes = 3;

constexpr std::array<std::pair<FindingKind, FindingText>, 2> kinds{{
    {FindingKind::direct_past_proxy,
     {"Past the proxy", "DirectPastProxy", "Contacted directly although a variable names a proxy for it."}},
    {FindingKind::package_changed,
     {"Changed while it ran", "PackageChanged",
      "Files of a package were others at the end of the recording than when a process began to run it."}},
}};

std::string package_changed_sentence(const PackageTree& tree)
{
    std::string text =
        fmt::format("{}{}{} in {} is not what it was when it began: {} {}", printable(tree.package.name),
                    tree.package.version.empty() ? "" : " ", printable(tree.package.version), printable(tree.root),
                    count_text(tree.change_count, "file", "files"), tree.change_count == 1 ? "differs" : "differ");
    const std::size_t named = std::min(named_changes, tree.changes.size());
    for (std::size_t at = 0; at < named; ++at)
        text += fmt::format("{} {} ({})", at == 0 ? ":" : ",", printable(tree.changes[at].path),
                            waybill::text(tree.changes[at].kind));
    if (tree.change_count > named)
        text += fmt::format(" and {} more", tree.change_count - named);
    return text;
}

}  // namespace

std::string finding_sentence(const Finding& finding, const Report& report)
{
    switch (finding.kind) {
        case FindingKind::package_changed:
            return package_changed_sentence(report.package_trees.at(finding.tree));
        case FindingKind::direct_past_proxy:
            break;
    }
    return past_proxy_sentence(finding, report);
}

const FindingText& describe(FindingKind kind)
{
    return std::ranges::find(kinds, kind, &std::pair<FindingKind, FindingText>::first)->second;
}

std::vector<FindingGroup> finding_groups(const Report& report)
{
    std::vector<FindingGroup> groups;
    for (const auto& [kind, text] : kinds) {
        FindingGroup group{text.heading, {}};
        for (const Finding& finding : report.findings)
            if (finding.kind == kind)
                group.sentences.push_back(finding_sentence(finding, report));
        if (!group.sentences.empty())
            groups.push_back(std::move(group));
    }
    return groups;
}

}  // namespace waybill
