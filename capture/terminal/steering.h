#pragma once

#include <sys/types.h>

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "base/file_descriptor.h"
#include "capture/network/run_error.h"
#include "model/recipe_run.h"

namespace waybill {

/// How far the steps of a recipe came.
struct StepsEnd {
    std::vector<StepOutcome> outcomes;
    std::string failure;  ///< which step failed, and why; empty: none
};

/// A run's side of what ties it to its driver, a process outside that types and reads at the command's terminal. The
/// run tells it when the command begins and ends and when the recording is over, and hears from it that the command is
/// to be ended.
class Steering {
public:
    /// What the run tells: an octet each.
    enum class Word : char { marks = 'm', begun = 'b', ended = 'e', over = 'o' };

    Steering(FileDescriptor terminal, FileDescriptor line, FileDescriptor outcome)
        : terminal_{std::move(terminal)}, line_{std::move(line)}, outcome_{std::move(outcome)}
    {
    }

    int terminal() const { return terminal_.get(); }  ///< the command's standard streams
    int line() const { return line_.get(); }          ///< can be read when hears_end() has something to say

    /// A terminal that another user than the caller can open by its name, too.
    void give_terminal_to(uid_t user) const;

    /// A pipe of marks to write to.
    void tell_marks(const FileDescriptor& pipe) const;
    void tell(Word word) const;

    /// Whether the driver asks for the command's end, or has gone.
    bool hears_end() const;

    /// Tells that the recording is over, and hears what came of the steps.
    std::expected<StepsEnd, RunError> finish() const;

private:
    FileDescriptor terminal_;
    FileDescriptor line_;
    FileDescriptor outcome_;
};

/// As the driver sends them.
std::string steps_end_to_text(const StepsEnd& end);
std::expected<StepsEnd, RunError> steps_end_from_text(std::string_view text);

}  // namespace waybill
