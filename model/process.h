#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/time.h"

namespace waybill {

/// A file that is executed or interpreted.
struct ProgramFile {
    std::string path;
    std::string sha256;  ///< 64 hexadecimal digits; empty when it could not be read

    friend bool operator==(const ProgramFile&, const ProgramFile&) = default;
};

/// What a manifest calls the software that a file belongs to.
struct Package {
    std::string name;
    std::string version;

    friend bool operator==(const Package&, const Package&) = default;
};

/// What a process that runs the extensions of others loads. They share its sockets: which of them speaks is not to be
/// known.
struct ExtensionHost {
    std::vector<Package> extensions;  ///< as installed when it started, by name: publisher.name
    std::uint64_t built_in = 0;       ///< that its own product brings, beside these
    std::uint64_t unread = 0;         ///< that could not be read, or are more than are kept

    friend bool operator==(const ExtensionHost&, const ExtensionHost&) = default;
};

/// What a process runs: from its fork as a copy of its parent's, from each execve(2) a program of its own. A process
/// that executes programs one after another is several of these, each `previous` to the next.
struct Process {
    std::uint64_t id = 0;         ///< from 1, in the order in which they were told
    std::uint32_t pid = 0;        ///< as Waybill sees it; 0 where it does not
    std::uint32_t inner_pid = 0;  ///< as it sees itself (getpid(2))
    Timestamp start;              ///< of the process: with the pid this is its identity
    Timestamp began;              ///< of what it runs: when it executed it, else when it was forked
    std::uint64_t parent = 0;     ///< id of what forked it; 0: not known
    std::uint64_t previous = 0;   ///< id of what it ran before; 0: nothing
    bool was_running = false;     ///< it was there before the recording
    ProgramFile executable;
    std::vector<std::string> arguments;   ///< with secrets left out
    std::uint64_t redacted = 0;           ///< arguments of which something was left out
    std::uint64_t arguments_missing = 0;  ///< octets of arguments that were not recorded
    std::string working_directory;        ///< empty: not known
    std::uint32_t uid = 0;
    std::string cgroup;                 ///< path in the cgroup v2 hierarchy; empty: not known
    std::string container;              ///< id; empty: none
    std::optional<ProgramFile> script;  ///< what an interpreter runs
    std::optional<Package> package;     ///< that the script, else the executable, belongs to
    std::string package_root;           ///< folder of that with what it loads beside itself; empty: none to tell
    std::optional<ExtensionHost> extension_host;
    std::optional<Timestamp> ended;
    std::optional<int> status;  ///< as wait(2) gives it

    friend bool operator==(const Process&, const Process&) = default;
};

}  // namespace waybill
