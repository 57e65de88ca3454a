#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "model/purpose.h"

namespace waybill {

enum class ExperimentFormat : std::uint8_t { text, json, markdown };

/// What `waybill experiment` was asked.
struct ExperimentOptions {
    // What is run, where no plan says it.
    std::vector<std::string> words;  ///< a plan's file; or, with arms, the command
    std::vector<std::string> arms;   ///< NAME, or [NAME:]VARIABLE=VALUE,…
    std::filesystem::path recipe;    ///< empty: none
    std::string timeout;             ///< as typed; empty: ten minutes
    std::string linger;              ///< as typed; empty: as the network has it
    std::string account;
    bool clean_environment = false;
    std::vector<std::string> covers;  ///< purposes that the arms are to reduce
    // Also of a plan's experiment.
    std::string network;  ///< empty: as the plan or the user's configuration says
    std::optional<std::uint32_t> repeats;
    std::optional<double> margin;
    std::string order;          ///< empty: as the plan says, else interleaved
    std::filesystem::path out;  ///< empty: the default place
    std::string user;
    std::string uplink;
    // opt-out
    std::string product;
    std::vector<std::string> switches;  ///< ids; empty: all that a program can set
    bool together = false;
    // report
    std::filesystem::path folder;
    // Of all.
    std::vector<std::filesystem::path> rules;
    ExperimentFormat format = ExperimentFormat::text;
    bool fail_on_not_reduced = false;
};

/// Does an experiment (docs/commands/experiment.md), or what is left of it, and prints what came of it.
ExitCode experiment(const ExperimentOptions& options);

/// The same with the documented switches of a product as its arms.
ExitCode experiment_opt_out(const ExperimentOptions& options);

/// Computes the results again from the cases.
ExitCode experiment_report(const ExperimentOptions& options);

}  // namespace waybill
