#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace waybill {

enum class NetworkChoice : std::uint8_t { unset, sinkhole, host };
enum class KeepChoice : std::uint8_t { metadata, full };

/// What `waybill run` was asked.
struct RunOptions {
    NetworkChoice network = NetworkChoice::unset;
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
    unsigned grace_seconds = 5;         ///< for processes that the command leaves behind in a sinkhole
    bool until_exit = false;            ///< the recording ends with the command, not with the last of its processes
    bool keep_arguments = false;        ///< command lines as they are, secrets in them too
    std::vector<std::filesystem::path> rules;
};

/// Runs the command, records what it sends and receives, reports, and gives the status to end with: the command's own,
/// or Waybill's where it failed (docs/commands/run.md).
int run_command(const RunOptions& options);

}  // namespace waybill
