#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "capture/network/uplink.h"
#include "cli/record_options.h"
#include "model/run.h"

namespace waybill {

/// What `waybill run` was asked.
struct RunOptions : RecordOptions {
    std::optional<NetworkMode> network;  ///< is always asked for, here or in the user's configuration
    ModeSource network_source = ModeSource::command_line;
    std::vector<std::string> command;
    bool fresh_home = false;
    bool clean_environment = false;
    std::string user;  ///< whom root runs the command as
    /// How long what the command leaves behind is watched; else as the network has it.
    std::optional<std::chrono::milliseconds> linger;
    bool no_browser = false;                      ///< no address is opened on the host
    std::optional<contained::UplinkKind> uplink;  ///< of an isolated network, where one alone will do
};

/// Runs the command, records what it sends and receives, reports, and gives the status to end with: the command's own,
/// or Waybill's where it failed (docs/commands/run.md).
int run_command(const RunOptions& options);

}  // namespace waybill
