#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/process.h"

namespace waybill {

/// How a recording came to its packets and to their owners.
struct RecordingMethod {
    enum class Packets : std::uint8_t {
        network_namespace,  ///< the interfaces of the run's own network namespace
        sockets,            ///< at the hooks of a cgroup, or of chosen sockets, in the kernel
        interfaces,         ///< of the machine, by libpcap
    };

    Packets packets = Packets::network_namespace;
    std::string owners;                  ///< who tells them: "kernel", "seccomp"; empty: nobody
    std::string filter;                  ///< a libpcap expression; empty: none
    std::vector<std::string> selection;  ///< what was chosen, as words of the command line: "--pid 12"; empty: all

    friend bool operator==(const RecordingMethod&, const RecordingMethod&) = default;
};

constexpr std::string_view text(RecordingMethod::Packets packets)
{
    switch (packets) {
        using enum RecordingMethod::Packets;
        case network_namespace:
            break;
        case sockets:
            return "sockets";
        case interfaces:
            return "interfaces";
    }
    return "network-namespace";
}

/// Why a recording ended.
enum class StopReason : std::uint8_t {
    broke_off,        ///< Waybill was ended, or the machine
    failure,          ///< it could not be recorded any more; a gap says why
    processes_ended,  ///< the command, and all that it had started
    command_ended,    ///< the command; what it had started ran on, or was ended by Waybill
    timeout,          ///< the command was ended, for its time was over
    signal,           ///< somebody ended it
    duration,         ///< it was to last so long
    packets,          ///< it was to have so many packets
};

constexpr std::string_view text(StopReason reason)
{
    switch (reason) {
        using enum StopReason;
        case broke_off:
            break;
        case failure:
            return "failure";
        case processes_ended:
            return "processes-ended";
        case command_ended:
            return "command-ended";
        case timeout:
            return "timeout";
        case signal:
            return "signal";
        case duration:
            return "duration";
        case packets:
            return "packets";
    }
    return "broke-off";
}

/// Files that were audited: a program that the process of the command executed.
struct AuditedProgram {
    ProgramFile executable;
    std::optional<ProgramFile> script;
    std::optional<Package> package;

    friend bool operator==(const AuditedProgram&, const AuditedProgram&) = default;
};

}  // namespace waybill
