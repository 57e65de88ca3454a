#include "cli/policy_files.h"

#include <algorithm>
#include <system_error>
#include <vector>

#include "cli/rule_folders.h"

namespace waybill {
namespace {

namespace fs = std::filesystem;

bool is_name(const fs::path& file)
{
    return !file.has_parent_path() && !file.has_extension();
}

/// The names of the policies in a folder, for a message.
std::string names_in(const fs::path& folder)
{
    std::vector<std::string> names;
    std::error_code problem;
    for (fs::directory_iterator at{folder, problem}, end; !problem && at != end; at.increment(problem))
        if (at->path().extension() == ".json")
            names.push_back(at->path().stem().string());
    std::ranges::sort(names);
    std::string list;
    for (const std::string& name : names)
        list += (list.empty() ? "" : ", ") + name;
    return list;
}

}  // namespace

std::expected<fs::path, Failure> find_policy(const fs::path& file)
{
    std::error_code problem;
    fs::path place = file;
    if (is_name(file) && !fs::exists(file, problem)) {
        const auto folder = shipped_policies();
        if (!folder)
            return std::unexpected(folder.error());
        place = *folder / (file.string() + ".json");
        if (!fs::exists(place, problem))
            return std::unexpected(
                Failure{ExitCode::bad_rules, file.string() +
                                                 ": no such file, and no policy of this name comes with "
                                                 "Waybill; there are " +
                                                 names_in(*folder)});
    }
    return place;
}

std::expected<rules::Policy, Failure> load_policy(const fs::path& file)
{
    const auto place = find_policy(file);
    if (!place)
        return std::unexpected(place.error());
    auto policy = rules::read_policy(*place);
    if (!policy)
        return std::unexpected(Failure{ExitCode::bad_rules, policy.error().text()});
    return *std::move(policy);
}

}  // namespace waybill
