#include "cli/compare_cases.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/digest.h"
#include "base/file.h"
#include "capture/case_folder.h"
#include "cli/analyze_case.h"
#include "rules/diff/circumstances.h"
#include "rules/diff/compare.h"
#include "rules/pack.h"

namespace waybill {
namespace {

namespace fs = std::filesystem;

using Folders = CaseFolders;

/// The cases that a named folder stands for: itself, or those that it holds, by name.
std::expected<Folders, Failure> cases_of(const fs::path& named)
{
    if (CaseFolder::is_case(named))
        return Folders{named};
    std::error_code problem;
    Folders cases;
    for (fs::directory_iterator at{named, problem}, end; !problem && at != end; at.increment(problem))
        if (CaseFolder::is_case(at->path()))
            cases.push_back(at->path());
    if (problem)
        return std::unexpected(Failure{ExitCode::input_not_readable, named.string() + ": " + problem.message()});
    if (cases.empty())
        return std::unexpected(Failure{ExitCode::input_not_understood,
                                       named.string() + ": is no case and holds none; name a folder that `waybill run "
                                                        "--case DIR` made, or one with several of them"});
    std::ranges::sort(cases);
    return cases;
}

/// A run that counted twice would make its side look steadier than it is.
std::optional<Failure> find_repeated(const Folders& cases)
{
    Folders places;
    for (const fs::path& each : cases) {
        std::error_code problem;
        fs::path place = fs::canonical(each, problem);
        if (!problem && std::ranges::find(places, place) != places.end())
            return Failure{ExitCode::usage, each.string() + ": named twice on one side; name each run once"};
        places.push_back(std::move(place));
    }
    return std::nullopt;
}

std::expected<Folders, Failure> cases_of_side(const Folders& named)
{
    Folders cases;
    for (const fs::path& each : named) {
        const auto found = cases_of(each);
        if (!found)
            return std::unexpected(found.error());
        cases.insert(cases.end(), found->begin(), found->end());
    }
    if (const auto repeated = find_repeated(cases))
        return std::unexpected(*repeated);
    return cases;
}

/// The packs that a case holds: files, by whose digests they are told apart.
std::vector<PackIdentity> packs_of(const fs::path& folder)
{
    std::vector<PackIdentity> packs;
    const fs::path rules = folder / "data" / "rules";
    for (const fs::path& place : {rules, rules / "own"}) {
        std::error_code problem;
        for (fs::directory_iterator at{place, problem}, end; !problem && at != end; at.increment(problem)) {
            if (at->path().extension() != ".json")
                continue;
            PackIdentity pack;
            pack.id = at->path().stem().string();
            pack.is_own = place != rules;
            if (const auto octets = read_regular_file(at->path(), rules::max_pack_octets))
                pack.digest = sha256_hex(as_octets(*octets));
            packs.push_back(std::move(pack));
        }
    }
    return packs;
}

/// What is read of one side.
struct SideInput {
    std::vector<Report> reports;
    diff::PacksOfCases packs;
};

std::expected<SideInput, Failure> read_side(const Folders& named, const Rules& rules)
{
    const auto cases = cases_of_side(named);
    if (!cases)
        return std::unexpected(cases.error());
    SideInput side;
    for (const fs::path& each : *cases) {
        auto report = read_case(each, rules);
        if (!report)
            return std::unexpected(report.error());
        report->place = each.string();  // as it was named, so that the output is the same wherever that is
        side.reports.push_back(*std::move(report));
        side.packs.push_back(packs_of(each));
    }
    return side;
}

}  // namespace

std::expected<Diff, Failure> compare_cases(const BeforeAfter<CaseFolders>& sides, const Rules& rules)
{
    const auto before = read_side(sides.before, rules);
    if (!before)
        return std::unexpected(before.error());
    const auto after = read_side(sides.after, rules);
    if (!after)
        return std::unexpected(after.error());
    const BeforeAfter<std::span<const Report>> reports{before->reports, after->reports};
    Diff compared = diff::compare(reports);
    compared.circumstances = diff::circumstances(reports, {before->packs, after->packs});
    return compared;
}

}  // namespace waybill
