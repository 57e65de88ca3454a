#pragma once

#include <sys/types.h>

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "capture/network/run_error.h"

namespace waybill::contained {

struct MountPlan {
    std::string resolv_conf;                ///< what /etc/resolv.conf holds
    std::vector<std::string> socket_paths;  ///< daemons' sockets to be covered (unix_sockets.h)
    uid_t uid = 0;                          ///< the command's user, who gets a private /run/user folder
    gid_t gid = 0;
    bool protect_settings =
        false;  ///< make kernel settings read-only: for root, whom file permissions would let write them
};

struct MountNotes {
    std::vector<std::string>
        covered_sockets;                ///< that existed and lead nowhere now; those below /run are gone as a whole
    std::vector<std::string> failures;  ///< what could not be arranged though the run goes on: gaps, one sentence each
};

/// The private folder that takes XDG_RUNTIME_DIR's place.
std::filesystem::path runtime_folder_of(uid_t uid);

/// Arranges what the command sees of the machine's files, in the calling process's own mount namespace: a new /run (the
/// host's daemons have their sockets there), its own resolv.conf and nsswitch.conf (through symbolic links too), a
/// /proc of its own pid namespace, and an empty file over each daemon's socket elsewhere.
///
/// Read-only settings keep programs from mounting a further /proc (bubblewrap does so), therefore only root gets them.
/// A working directory below /run stays where it is. Needs CAP_SYS_ADMIN in the user namespace that owns the mount
/// namespace; to be called by the init of the pid namespace.
std::expected<MountNotes, RunError> arrange_files(const MountPlan& plan);

/// `host` (an nsswitch.conf) with every data base read from files, and host names also from DNS: nothing is asked of a
/// daemon.
std::string nsswitch_without_daemons(std::string_view host);

}  // namespace waybill::contained
