#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "capture/network/uplink.h"
#include "capture/terminal/steering.h"
#include "cli/record_options.h"
#include "model/recipe.h"
#include "model/run.h"

namespace waybill {

/// What `waybill run` was asked.
struct RunOptions : RecordOptions {
    std::optional<NetworkMode> network;  ///< is always asked for, here or in the user's configuration
    ModeSource network_source = ModeSource::command_line;
    std::vector<std::string> command;
    std::filesystem::path recipe_file;   ///< empty: none
    std::optional<Recipe> recipe;        ///< read from it
    std::vector<std::string> variables;  ///< NAME=value, which the command gets besides; a later one of a name counts
    bool fresh_home = false;
    bool clean_environment = false;
    std::string user;  ///< whom root runs the command as
    /// How long what the command leaves behind is watched; else as the network has it.
    std::optional<std::chrono::milliseconds> linger;
    bool show_terminal = false;                        ///< what the command shows in the recipe's terminal, on stderr
    const Steering* steering = nullptr;                ///< of that terminal; borrowed
    std::optional<std::chrono::milliseconds> timeout;  ///< of the command; nothing: it has all the time it wants
    bool no_browser = false;                           ///< no address is opened on the host
    std::optional<contained::UplinkKind> uplink;       ///< of an isolated network, where one alone will do
};

/// Runs the command, records what it sends and receives, reports, and gives the status to end with: the command's own,
/// or Waybill's where it failed (docs/commands/run.md).
int run_command(const RunOptions& options);

}  // namespace waybill
