#pragma once

#include <array>
#include <expected>
#include <filesystem>
#include <vector>

#include "cli/experiment_folder.h"
#include "cli/failure.h"
#include "model/experiment.h"
#include "rules/experiment/observed_run.h"

namespace waybill {

/// Reads the cases of an experiment and judges them: with the packs that the first of them holds, or with those of
/// `folders` beside the shipped ones.
std::expected<Experiment, Failure> read_experiment(const ExperimentFolder& folder,
                                                   const std::vector<std::filesystem::path>& folders);

/// Variables of the environment whose values are noted down of each run.
inline constexpr std::array variables_that_matter{"LANG", "LC_ALL", "TZ"};

/// What could matter of a run beside its arm, by name: the same names in the same order for every run.
std::vector<std::pair<std::string, std::string>> circumstances_of(const Report& report, const RunRecord& record,
                                                                  const std::filesystem::path& case_folder);

}  // namespace waybill
