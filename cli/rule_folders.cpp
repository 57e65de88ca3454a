#include "cli/rule_folders.h"

#include <cstdlib>
#include <optional>
#include <string>

#include "rules/pack_location.h"

namespace waybill {
namespace {

std::optional<std::string> environment(const char* name)
{
    const char* const value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string>{value};
}

std::optional<std::filesystem::path> own_path()
{
    std::error_code problem;
    auto path = std::filesystem::read_symlink("/proc/self/exe", problem);
    return problem ? std::nullopt : std::optional{std::move(path)};
}

Failure no_packs(const std::vector<std::filesystem::path>& tried)
{
    std::string message = "no rule packs found; looked in";
    for (const auto& place : tried)
        message += " " + place.string();
    return {ExitCode::bad_rules, message + "; name their folder with --rules"};
}

}  // namespace

std::expected<std::vector<std::filesystem::path>, Failure> find_rule_folders(
    const std::vector<std::filesystem::path>& asked)
{
    auto found = rules::find_pack_folders({asked, environment("WAYBILL_PACKS"), own_path()});
    if (!found)
        return std::unexpected(no_packs(found.error()));
    return *std::move(found);
}

}  // namespace waybill
