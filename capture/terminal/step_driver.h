#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/file_descriptor.h"
#include "capture/network/held_signals.h"
#include "capture/terminal/steering.h"
#include "capture/terminal/terminal_output.h"
#include "model/recipe_run.h"

namespace waybill {

/// What a driver has: the terminal, and ties to the run.
struct DriverPlan {
    std::vector<RecipeStep> steps;
    FileDescriptor terminal;  ///< the pseudo-terminal's own side; does not wait
    FileDescriptor line;      ///< of Steering
    FileDescriptor outcome;   ///< to write what came of the steps
    pid_t run = 0;            ///< gets the signals; passes them on to the command
    bool shows_output = false;
};

/// Does the steps of a recipe to a command in a terminal, while another process runs and records it.
class StepDriver {
public:
    StepDriver(DriverPlan plan, const contained::HeldSignals& signals);

    /// Returns when the run's process ends, with its status of waitpid(2). The terminal is read until then, so that
    /// nothing waits for it.
    int drive();

private:
    using Clock = std::chrono::steady_clock;

    int patience() const;
    void read_terminal();
    void write_terminal();
    void hear_run();
    void hear_word(Steering::Word word);
    void pass_signal_on();

    bool is_driving() const { return has_begun_ && !is_over_ && end_.failure.empty() && step_ < plan_.steps.size(); }
    const RecipeStep& step() const { return plan_.steps[step_]; }
    void go_on();
    void begin_step();
    std::optional<std::string> begin_deed();
    bool is_step_done();
    void end_step(StepOutcome::End end);
    void fail(const std::string& why);
    void tell_outcome();

    DriverPlan plan_;
    const contained::HeldSignals& signals_;
    TerminalOutput output_;
    std::string unwritten_;
    FileDescriptor marks_;
    bool expects_marks_ = false;
    std::size_t step_ = 0;
    bool is_step_begun_ = false;
    Clock::time_point deadline_;
    bool has_begun_ = false;  // the command
    bool has_ended_ = false;
    bool is_over_ = false;  // the recording
    bool is_run_gone_ = false;
    StepsEnd end_;
};

}  // namespace waybill
