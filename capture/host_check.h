#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/run.h"

namespace waybill {

/// One thing that observing needs, or profits from.
struct HostCheck {
    enum class State : std::uint8_t { good, limited, missing };
    std::string id;  ///< a word
    State state = State::good;
    std::string found;   ///< what there is, or why there is none
    std::string advice;  ///< what would mend it; empty where nothing is to be mended
};

/// good, limited, missing: the words of `waybill doctor --json`.
constexpr std::string_view text(HostCheck::State state)
{
    switch (state) {
        case HostCheck::State::good:
            return "good";
        case HostCheck::State::limited:
            return "limited";
        case HostCheck::State::missing:
            break;
    }
    return "missing";
}

/// Whether `run --network` works in one mode for the calling user, or `capture` (interface).
struct ModeCheck {
    NetworkMode mode{};
    bool is_possible = false;
    std::string owners;  ///< who tells whose the flows are: kernel, seccomp; empty for nobody
    std::string reason;  ///< why it is not possible, with what would mend it
};

struct HostChecks {
    std::string kernel;   ///< uname release
    std::string machine;  ///< uname machine
    bool is_root = false;
    std::vector<ModeCheck> modes;
    std::vector<HostCheck> checks;
};

/// Looks what this host permits the calling user, by trying: namespaces, a cgroup and programs in the kernel are made
/// and are gone when it returns. Must be called with one thread.
HostChecks check_host();

}  // namespace waybill
