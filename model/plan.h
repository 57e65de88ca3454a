#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/purpose.h"

namespace waybill {

/// What an experiment does (docs/formats/plan.md): a recipe that is run again and again, with what differs in each of
/// its arms.
struct Plan {
    using CommandLine = std::vector<std::string>;  ///< the program first

    /// A file below the fresh HOME of each run: `json`, an object that is merged into what the recipe has there, or a
    /// whole file.
    struct File {
        std::string path;  ///< relative
        std::optional<std::string> json;
        std::optional<std::string> text;

        friend bool operator==(const File&, const File&) = default;
    };

    /// What an arm changes of the recipe.
    struct Arm {
        std::string name;
        std::vector<std::pair<std::string, std::string>> environment;
        CommandLine command;                 ///< in place of the recipe's; empty: the recipe's
        std::vector<std::string> arguments;  ///< behind the program's name
        std::vector<File> files;
        std::vector<CommandLine> before;    ///< run once in each run, before it is recorded
        std::vector<std::string> switches;  ///< ids of the documented switches that it sets
        std::vector<Purpose> covers;        ///< purposes that this is documented to reduce; empty: not said
        std::string account;                ///< which kind of account it uses; empty: as the recipe says

        friend bool operator==(const Arm&, const Arm&) = default;
    };

    /// In which order the runs of the arms follow each other.
    enum class Order : std::uint8_t {
        interleaved,  ///< one of each arm, then one of each again
        blocks,       ///< all of the first arm, then all of the next
    };

    static constexpr std::uint32_t most_repeats = 1000;
    static constexpr std::size_t most_arms = 64;
    static constexpr double usual_margin = 0.3;
    static constexpr std::uint32_t usual_repeats = 10;

    std::string name;
    std::string product;    ///< whose documented switches the arms set; empty: not built from them
    std::string recipe;     ///< a JSON object as docs/formats/recipe.md has it
    std::vector<Arm> arms;  ///< two at least; the others are compared with the first
    std::uint32_t repeats = usual_repeats;
    Order order = Order::interleaved;
    double margin = usual_margin;

    friend bool operator==(const Plan&, const Plan&) = default;
};

constexpr std::string_view text(Plan::Order order)
{
    return order == Plan::Order::blocks ? "blocks" : "interleaved";
}

/// One run of an experiment, by what is planned.
struct PlannedRun {
    std::uint32_t number = 0;  ///< from 1, in the order in which they are made
    std::size_t arm = 0;

    friend bool operator==(const PlannedRun&, const PlannedRun&) = default;
};

/// The runs in their order.
std::vector<PlannedRun> planned_runs(const Plan& plan);

/// What stands for an arm in the names of files: its name, of which other characters than letters, digits, `.`, `_` and
/// `-` are `-`, 40 at most.
std::string file_name_of(const Plan::Arm& arm);

}  // namespace waybill
