#include "cli/experiment_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include "base/file.h"
#include "base/file_descriptor.h"
#include "base/last_error.h"
#include "capture/case_folder.h"
#include "capture/wall_clock.h"
#include "report/words.h"
#include "rules/plan/read_plan.h"
#include "rules/plan/run_log.h"
#include "rules/recipe/read_recipe.h"

namespace waybill {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_plan = 4UL << 20U;
constexpr std::size_t max_log = 256UL << 20U;

fs::path plan_of(const fs::path& folder)
{
    return folder / "plan.json";
}

fs::path log_file(const fs::path& folder)
{
    return folder / "runs.ndjson";
}

Failure cannot_create(std::string message)
{
    return {ExitCode::cannot_create, std::move(message)};
}

std::expected<void, Failure> make_folder(const fs::path& folder)
{
    std::error_code problem;
    for (const fs::path& each : {folder, folder / "recipes", folder / "runs"}) {
        fs::create_directories(each, problem);
        if (problem)
            return std::unexpected(cannot_create(fmt::format("{}: {}; name a place that you may write to with --out",
                                                             each.string(), problem.message())));
    }
    fs::permissions(folder, fs::perms::owner_all, problem);  // what a tool contacts is its user's matter
    return {};
}

/// Whether the folder can be taken: it holds this plan already, or nothing.
std::expected<void, Failure> check_place(const fs::path& folder, const std::string& plan)
{
    std::error_code problem;
    if (!fs::exists(folder, problem) || (fs::is_directory(folder, problem) && fs::is_empty(folder, problem)))
        return {};
    const auto there = read_file(plan_of(folder), max_plan);
    if (!there)
        return std::unexpected(cannot_create(
            fmt::format("{}: is there and holds no experiment; name another with --out", folder.string())));
    if (*there != plan)
        return std::unexpected(cannot_create(
            fmt::format("{}: holds an experiment with another plan; name another with --out, or go on with it by `{}`",
                        folder.string(),
                        command_text({"waybill", "experiment", plan_of(folder).string(), "--out", folder.string()}))));
    return {};
}

}  // namespace

std::expected<ExperimentFolder, Failure> ExperimentFolder::prepare(const fs::path& folder, const Plan& asked)
{
    const std::string text = plan_to_json(asked);
    const auto kept = rules::parse_plan(text);
    if (!kept)  // nobody could go on with it
        return std::unexpected(Failure{
            ExitCode::usage, fmt::format("the plan cannot be kept: {}: {}", kept.error().where, kept.error().what)});
    const Plan& plan = *kept;  // of what was asked for twice the file has the last
    if (const auto checked = check_place(folder, text); !checked)
        return std::unexpected(checked.error());
    std::vector<std::string> recipes;
    for (const Plan::Arm& arm : plan.arms) {
        auto recipe = effective_recipe(plan, arm);
        if (!recipe)
            return std::unexpected(recipe.error());
        if (const auto read = rules::parse_recipe(*recipe); !read)
            return std::unexpected(
                Failure{ExitCode::input_not_understood,
                        fmt::format("the recipe of arm \"{}\" cannot be followed: {}{}{}", arm.name, read.error().where,
                                    read.error().where.empty() ? "" : ": ", read.error().what)});
        recipes.push_back(*std::move(recipe));
    }
    if (const auto made = make_folder(folder); !made)
        return std::unexpected(made.error());
    ExperimentFolder prepared{fs::absolute(folder), plan};
    if (const auto written = write_file(plan_of(folder), text); !written)
        return std::unexpected(cannot_create(written.error()));
    for (std::size_t arm = 0; arm < recipes.size(); ++arm)
        if (const auto written = write_file(prepared.recipe(arm), recipes[arm]); !written)
            return std::unexpected(cannot_create(written.error()));
    return prepared;
}

std::expected<ExperimentFolder, Failure> ExperimentFolder::open(const fs::path& folder)
{
    const auto octets = read_file(plan_of(folder), max_plan);
    if (!octets)
        return std::unexpected(Failure{ExitCode::input_not_readable,
                                       fmt::format("{}: no experiment: {}", folder.string(), octets.error())});
    auto plan = rules::parse_plan(*octets);
    if (!plan)
        return std::unexpected(
            Failure{ExitCode::input_not_understood,
                    fmt::format("{}: {}: {}", plan_of(folder).string(), plan.error().where, plan.error().what)});
    return ExperimentFolder{fs::absolute(folder), *std::move(plan)};
}

fs::path ExperimentFolder::default_path(const std::string& command)
{
    const fs::path as_case = CaseFolder::default_path(wall_clock(), command);
    return as_case.parent_path().parent_path() / "experiments" / as_case.filename();
}

fs::path ExperimentFolder::recipe(std::size_t arm) const
{
    return path_ / "recipes" / (file_name_of(plan_.arms[arm]) + ".json");
}

fs::path ExperimentFolder::case_of(const PlannedRun& run) const
{
    return path_ / "runs" / fmt::format("{:04}-{}", run.number, file_name_of(plan_.arms[run.arm]));
}

fs::path ExperimentFolder::log_of(const PlannedRun& run) const
{
    fs::path log = case_of(run);
    log += ".log";
    return log;
}

std::string ExperimentFolder::last_words_of(const PlannedRun& run) const
{
    constexpr std::size_t most = 16UL << 20U;
    auto text = read_file(log_of(run), most).value_or("");
    while (text.ends_with('\n'))
        text.pop_back();
    const std::size_t start = text.rfind('\n');
    return start == std::string::npos ? text : text.substr(start + 1);
}

std::expected<std::vector<RunRecord>, Failure> ExperimentFolder::read_log() const
{
    std::error_code problem;
    if (!fs::exists(log_file(path_), problem))
        return std::vector<RunRecord>{};
    const auto octets = read_file(log_file(path_), max_log);
    if (!octets)
        return std::unexpected(Failure{ExitCode::input_not_readable, octets.error()});
    auto records = rules::parse_run_log(*octets);
    if (!records)
        return std::unexpected(
            Failure{ExitCode::input_not_understood,
                    fmt::format("{}: {}: {}", log_file(path_).string(), records.error().where, records.error().what)});
    return *std::move(records);
}

std::expected<void, Failure> ExperimentFolder::add_to_log(const RunRecord& record) const
{
    const fs::path file = log_file(path_);
    const FileDescriptor log{::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)};
    if (const auto written = write_all(log.get(), rules::run_log_line(record)); !written)
        return std::unexpected(Failure{ExitCode::input_output, file.string() + ": " + written.error()});
    return {};
}

std::expected<FileDescriptor, Failure> ExperimentFolder::begin_runs() const
{
    FileDescriptor folder{::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (::flock(folder.get(), LOCK_EX | LOCK_NB) != 0)
        return std::unexpected(cannot_create(
            fmt::format("{}: another Waybill makes its runs: {}", path_.string(), last_error().message())));
    std::error_code problem;
    if (!fs::exists(log_file(path_), problem))
        return folder;
    auto octets = read_file(log_file(path_), max_log);
    if (!octets)
        return std::unexpected(Failure{ExitCode::input_not_readable, octets.error()});
    octets->resize(octets->rfind('\n') + 1);  // npos + 1 is 0
    if (const auto written = write_file(log_file(path_), *octets); !written)
        return std::unexpected(Failure{ExitCode::input_output, written.error()});
    return folder;
}

std::expected<void, Failure> ExperimentFolder::put_aside(const PlannedRun& run) const
{
    const fs::path place = case_of(run);
    std::error_code problem;
    if (!fs::exists(place, problem))
        return {};
    constexpr int most = 1000;
    for (int number = 1; number < most; ++number) {
        fs::path aside = place;
        aside += fmt::format(".broken-off-{}", number);
        if (fs::exists(aside, problem))
            continue;
        fs::rename(place, aside, problem);
        break;
    }
    if (problem)
        return std::unexpected(Failure{ExitCode::input_output, place.string() + ": " + problem.message()});
    return {};
}

}  // namespace waybill
