#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "capture/privileges.h"

namespace waybill::contained {

struct EnvironmentPlan {
    bool contained = true;  ///< without what leads to a socket of this machine
    bool clean = false;     ///< only what a program needs to run: PATH, TERM, LANG and the like
    std::optional<std::filesystem::path> fresh_home;
    std::optional<UserIdentity> user;                     ///< whose HOME, USER, LOGNAME and SHELL it becomes
    std::optional<std::filesystem::path> marks;           ///< the recording's pipe of marks: WAYBILL_MARK
    std::optional<std::filesystem::path> runtime_folder;  ///< takes the place of XDG_RUNTIME_DIR, where that is set
    bool has_browser_shim = false;                        ///< whose programs come first in PATH, and are BROWSER
    std::vector<std::string> variables;                   ///< NAME=value, beside the caller's or in their place
};

struct Environment {
    std::vector<std::string> variables;  ///< NAME=value, in the given order, set ones last
    std::vector<std::string>
        removed;  ///< names of what led to a socket of this machine, sorted; a clean one's are not told
};

/// The caller's variables, NAME=value.
std::vector<std::string> own_environment();

/// The command's environment: `own` (NAME=value) without what leads to a daemon's socket: agents, D-Bus, displays, and
/// any variable whose value names an existing socket.
Environment environment_for(std::span<const std::string> own, const EnvironmentPlan& plan);

/// The folders that `fresh_home` stands for, the home first, in the order in which they are made.
std::vector<std::filesystem::path> folders_of_home(const std::filesystem::path& fresh_home);

}  // namespace waybill::contained
