#pragma once

#include <array>
#include <csignal>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/failure.h"

namespace waybill {

/// Passes signals that ask for an end on to the child that runs, for as long as it lives, and remembers them. Those
/// that this process was started to ignore, as nohup(1) has it, stay ignored, by the child, too.
class PassedSignals {
public:
    PassedSignals();
    ~PassedSignals();
    PassedSignals(const PassedSignals&) = delete;
    PassedSignals& operator=(const PassedSignals&) = delete;
    PassedSignals(PassedSignals&&) = delete;
    PassedSignals& operator=(PassedSignals&&) = delete;

    /// The signal that came; 0: none.
    static int received();

private:
    static constexpr std::array<int, 4> passed{SIGINT, SIGTERM, SIGHUP, SIGQUIT};

    std::array<struct sigaction, passed.size()> before_{};
};

/// Runs this same program with these arguments, its input empty and its output in `log`, in a session of its own, so
/// that nothing of it touches the terminal; gives its exit status as a shell does. Should this process die, it is sent
/// a SIGTERM, which ends the run's command as a user's would.
std::expected<int, Failure> run_self(const std::vector<std::string>& arguments, const std::filesystem::path& log);

}  // namespace waybill
