#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "base/file_descriptor.h"
#include "cli/failure.h"
#include "model/plan.h"
#include "model/run_record.h"

namespace waybill {

/// An experiment on disk (docs/formats/experiment.md): its plan, what each arm runs, and the cases.
class ExperimentFolder {
public:
    /// Makes the folder and writes the plan and the recipe of each arm. One that holds the same plan is gone on with;
    /// one that holds anything else is refused. Its plan is the one that is kept.
    static std::expected<ExperimentFolder, Failure> prepare(const std::filesystem::path& folder, const Plan& asked);

    /// Opens one that is there.
    static std::expected<ExperimentFolder, Failure> open(const std::filesystem::path& folder);

    /// In $XDG_STATE_HOME/waybill/experiments: <UTC>-<command>.
    static std::filesystem::path default_path(const std::string& command);

    const std::filesystem::path& path() const { return path_; }
    const Plan& plan() const { return plan_; }

    std::filesystem::path recipe(std::size_t arm) const;
    std::filesystem::path case_of(const PlannedRun& run) const;
    std::filesystem::path log_of(const PlannedRun& run) const;  ///< what a run wrote to its streams
    std::string last_words_of(const PlannedRun& run) const;     ///< the last line of these
    std::filesystem::path results() const { return path_ / "results.json"; }

    std::expected<std::vector<RunRecord>, Failure> read_log() const;
    std::expected<void, Failure> add_to_log(const RunRecord& record) const;

    /// Takes away a line of the log that was being written when the experiment broke off. Nobody else can make runs in
    /// this folder for as long as the descriptor lives.
    std::expected<FileDescriptor, Failure> begin_runs() const;

    /// Puts aside what is left of a run that broke off, so that it can be made again.
    std::expected<void, Failure> put_aside(const PlannedRun& run) const;

private:
    ExperimentFolder(std::filesystem::path path, Plan plan) : path_{std::move(path)}, plan_{std::move(plan)} {}

    std::filesystem::path path_;
    Plan plan_;
};

/// The plan's text, as docs/formats/plan.md has it.
std::string plan_to_json(const Plan& plan);

/// What `waybill run` is given for an arm: the plan's recipe with what the arm changes of it.
std::expected<std::string, Failure> effective_recipe(const Plan& plan, const Plan::Arm& arm);

/// The command of a recipe; empty where it names none.
std::vector<std::string> command_of(const std::string& recipe);

}  // namespace waybill
