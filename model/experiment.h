#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/gap.h"
#include "model/purpose.h"
#include "model/rating.h"
#include "model/run.h"
#include "model/unit.h"

namespace waybill {

/// A documented switch, with who says so.
struct CitedSwitch {
    std::string id;
    std::string name;  ///< as it is written
    std::string effect;
    std::vector<Purpose> covers;
    std::vector<RatingSource> sources;  ///< the strongest grade first

    friend bool operator==(const CitedSwitch&, const CitedSwitch&) = default;
};

/// What became of a run.
enum class RunOutcome : std::uint8_t {
    complete,
    failed,     ///< Waybill or a step of the recipe failed, or the command could not be executed
    timed_out,  ///< it was ended at the recipe's time-out
    not_run,    ///< not yet
};
std::string_view text(RunOutcome outcome);

/// An arm, and how far it came.
struct ArmSummary {
    std::string name;
    std::vector<std::string> sets;      ///< what it sets, a line each; empty: nothing
    std::vector<CitedSwitch> switches;  ///< documented ones that it sets
    std::vector<Purpose> covers;        ///< that this is documented to reduce; empty: not said
    std::uint32_t planned = 0;
    std::uint32_t complete = 0;
    std::uint32_t failed = 0;  ///< or timed out
};

/// A run that is told by itself, for it is not complete.
struct ToldRun {
    std::uint32_t number = 0;
    std::size_t arm = 0;
    RunOutcome outcome{};
    std::string what;
};

/// Something else that differed between runs, beside what the arms set.
struct Difference {
    using Values = std::vector<std::pair<std::string, std::uint32_t>>;  ///< and in how many runs

    std::string what;
    std::vector<Values> arms;
    bool is_between =
        false;  ///< arms have other values, in however many runs; else each has the same, and it varies within
};

/// What came of an experiment: docs/formats/experiment.md.
struct Experiment {
    static constexpr int format_version = 1;
    static constexpr double level = 0.05;

    std::string name;
    std::string product;
    std::string place;  ///< the folder as it was named; in no file
    std::vector<std::string> command;
    std::optional<NetworkMode> network;
    double margin = 0;
    std::string order;
    std::vector<ArmSummary> arms;
    std::vector<CitedSwitch> by_hand;  ///< documented switches that only a person can set
    std::vector<Unit> units;
    std::size_t family = 0;  ///< tests that were corrected together
    std::vector<ToldRun> told;
    std::vector<Difference> differences;
    std::vector<std::string> compared;                ///< what was looked at for differences
    std::vector<std::pair<Gap, std::uint32_t>> gaps;  ///< of all runs, added up, and in how many runs
    RuleSet rules;
    std::optional<Timestamp> first;  ///< when the first run began
    std::optional<Timestamp> last;   ///< when the last one ended

    bool is_incomplete() const;  ///< runs are missing or failed, or input was lost: exit status 2
};

}  // namespace waybill
