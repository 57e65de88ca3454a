#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/circumstances.h"
#include "model/gap.h"
#include "model/proxy_settings.h"
#include "model/recipe_run.h"
#include "model/recording_method.h"
#include "model/time.h"
#include "model/traffic.h"

namespace waybill {

/// How a case's packets came to be.
enum class NetworkMode : std::uint8_t { sinkhole, isolated, host, interface };

constexpr std::string_view text(NetworkMode mode)
{
    switch (mode) {
        using enum NetworkMode;
        case sinkhole:
            return "sinkhole";
        case isolated:
            return "isolated";
        case host:
            return "host";
        case interface:
            break;
    }
    return "interface";
}

/// Who chose the mode.
enum class ModeSource : std::uint8_t { command_line, configuration, recipe };

constexpr std::string_view text(ModeSource source)
{
    switch (source) {
        using enum ModeSource;
        case command_line:
            return "command-line";
        case configuration:
            return "configuration";
        case recipe:
            break;
    }
    return "recipe";
}

/// How a command ended.
struct ExitStatus {
    int code = 0;    ///< as a shell gives it: 128 + number after a signal
    int signal = 0;  ///< 0 when it ended by itself

    friend bool operator==(const ExitStatus&, const ExitStatus&) = default;
};

/// What one interface of a recording saw.
struct InterfaceRecord {
    std::string name;
    std::uint64_t received = 0;
    std::uint64_t dropped = 0;            ///< by the capture's buffer
    std::uint64_t interface_dropped = 0;  ///< before, by the interface or its driver

    friend bool operator==(const InterfaceRecord&, const InterfaceRecord&) = default;
};

/// Who, what, where and how of a recording: run.json (docs/formats/case.md). Recording writes it, nobody changes it.
struct Run {
    static constexpr int format_version = 1;

    std::string waybill;  ///< version
    std::vector<std::string> command;
    std::string working_directory;
    NetworkMode mode = NetworkMode::sinkhole;
    ModeSource mode_source = ModeSource::command_line;
    Timestamp started;
    Timestamp ended;
    std::optional<Timestamp> command_ended;  ///< before `ended` where the recording went on; absent without a command
    ExitStatus exit;
    std::optional<StopReason> stop;  ///< why the recording ended; this and what follows is absent where an
                                     ///< earlier version recorded
    std::optional<RecordingMethod> method;
    std::vector<AuditedProgram> programs;  ///< that the command's own process executed, in order; empty where not seen
    std::string rules_digest;              ///< SHA-256 over the files in data/rules (docs/formats/case.md)
    std::optional<Circumstances> circumstances;  ///< absent where an earlier version recorded
    std::string kernel;                          ///< uname release
    std::string machine;                         ///< uname machine
    std::uint32_t user = 0;                      ///< uid as the command sees it
    bool fresh_home = false;
    bool clean_environment = false;
    std::vector<std::string> environment;      ///< names of the variables that the command got
    std::vector<std::string> set_environment;  ///< names of variables that the command got besides
    std::optional<std::chrono::milliseconds> timeout;
    bool timed_out = false;  ///< the command was ended, for its time was over
    std::optional<RecipeRun> recipe;
    ProxySettings proxies;  ///< what the environment says that the command got
    bool trimmed = true;    ///< packets hold metadata only
    std::vector<InterfaceRecord> interfaces;
    std::vector<KernelCounter> counters;           ///< of the whole recording; empty where they are not known
    std::vector<std::string> packet_files;         ///< relative to the case's data folder
    std::vector<std::string> removed_environment;  ///< names of variables that the command did not get
    std::vector<std::string> masked_sockets;       ///< paths of sockets hidden from the command
    std::vector<std::pair<std::string, std::uint64_t>> counts;  ///< of the sinkhole: connections, queries, …
    std::vector<std::pair<std::string, std::uint64_t>> bounds;  ///< of the analysis, by name
    std::vector<Gap> gaps;                                      ///< known to the recording
};

}  // namespace waybill
