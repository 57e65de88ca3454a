#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/failure.h"

namespace waybill {

/// Passes signals that ask for an end on to the child that runs, for as long as it lives, and remembers them.
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
};

/// Runs this same program with these arguments, its input empty and its output in `log`, in a session of its own, so
/// that nothing of it touches the terminal; gives its exit status as a shell does. It does not outlive this process.
std::expected<int, Failure> run_self(const std::vector<std::string>& arguments, const std::filesystem::path& log);

}  // namespace waybill
