#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "capture/network/uplink.h"
#include "model/run.h"

namespace waybill {

enum class KeepChoice : std::uint8_t { metadata, full };

/// What `waybill run` was asked.
struct RunOptions {
    std::optional<NetworkMode> network;  ///< is always asked for
    std::vector<std::string> command;
    std::filesystem::path case_folder;  ///< empty: the default place
    bool fresh_home = false;
    bool clean_environment = false;
    KeepChoice keep = KeepChoice::metadata;
    bool json = false;  ///< report.json on stdout in place of text on stderr
    bool all = false;
    bool fail_on_findings = false;
    std::filesystem::path report_file;  ///< the report goes here; empty: not
    std::string user;                   ///< whom root runs the command as
    std::optional<unsigned>
        grace_seconds;            ///< for processes that the command leaves behind; else as the network has it
    bool until_exit = false;      ///< the recording ends with the command, not with the last of its processes
    bool keep_arguments = false;  ///< command lines as they are, secrets in them too
    std::optional<contained::UplinkKind> uplink;  ///< of an isolated network, where one alone will do
    std::vector<std::filesystem::path> rules;
};

/// Runs the command, records what it sends and receives, reports, and gives the status to end with: the command's own,
/// or Waybill's where it failed (docs/commands/run.md).
int run_command(const RunOptions& options);

}  // namespace waybill
