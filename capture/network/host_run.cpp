#include "capture/network/host_run.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <utility>

#include "capture/network/command.h"
#include "capture/network/environment.h"
#include "capture/network/foreground.h"
#include "capture/network/held_signals.h"
#include "capture/network/preparation.h"
#include "capture/network/time_limit.h"
#include "capture/owner/owner_watch.h"
#include "capture/wall_clock.h"

namespace waybill {
namespace {

using namespace contained;

constexpr int tick_milliseconds = 20;
constexpr int short_tick_milliseconds = 2;
constexpr std::chrono::seconds patience_with_killed{5};

RunError not_permitted(std::string message)
{
    return {RunError::Kind::not_permitted, std::move(message)};
}

/// The command while it runs, and what it leaves behind.
class Accompanied {
public:
    Accompanied(const HeldSignals& signals, const Cgroup& cgroup, int control, pid_t command,
                const HostRunOptions& options)
        : signals_{signals},
          cgroup_{cgroup},
          control_{control},
          command_{command},
          linger_{options.linger},
          limit_{options.timeout},
          steering_{options.steering}
    {
        limit_.begin(Clock::now());
        if (steering_ != nullptr)
            steering_->tell(Steering::Word::begun);
    }

    /// Returns when the recording is to end.
    void wait()
    {
        const FileDescriptor end{static_cast<int>(::syscall(SYS_pidfd_open, command_, 0))};  // or a tick later
        std::array<pollfd, 4> waited{pollfd{signals_.descriptor(), POLLIN, 0}, pollfd{control_, POLLIN, 0},
                                     pollfd{end.get(), POLLIN, 0},
                                     pollfd{steering_ != nullptr ? steering_->line() : -1, POLLIN, 0}};
        while (!is_over()) {  // ends with the processes, or by a signal
            ::poll(waited.data(), waited.size(), tick());
            if ((waited[0].revents & POLLIN) != 0)
                pass_on();
            if (waited[1].revents != 0 && !recorder_ended_) {  // it speaks when it is asked, or dies
                recorder_ended_ = true;
                waited[1].fd = -1;                      // it would be ready for ever
                static_cast<void>(cgroup_.kill_all());  // what it does not end is seen to run on
            }
            if (waited[3].revents != 0 && steering_->hears_end()) {
                waited[3].fd = -1;  // one that has gone could be heard for ever
                limit_.end(Clock::now());
            }
            reap();
            keep_limit();
            if (status_)
                waited[2].fd = -1;
        }
    }

    int status() const { return status_.value_or(0); }
    Timestamp ended() const { return ended_; }
    bool recorder_ended() const { return recorder_ended_; }
    bool timed_out() const { return limit_.was_reached(); }

private:
    using Clock = std::chrono::steady_clock;

    /// Milliseconds. Most commands leave nothing behind: then the cgroup is empty in a moment.
    int tick() const
    {
        constexpr std::chrono::milliseconds moment{100};
        return status_ && Clock::now() - end_seen_ < moment ? short_tick_milliseconds : tick_milliseconds;
    }

    bool is_over() const
    {
        return status_ && (given_up_ || cgroup_.is_empty() || (deadline_ && Clock::now() >= *deadline_));
    }

    void reap()
    {
        int status = 0;
        if (!status_ && ::waitpid(command_, &status, WNOHANG) == command_) {
            status_ = status;
            ended_ = wall_clock();
            if (steering_ != nullptr)
                steering_->tell(Steering::Word::ended);
            end_seen_ = Clock::now();
            if (linger_)
                deadline_ = Clock::now() + *linger_;
        }
    }

    void keep_limit()
    {
        switch (limit_.due(Clock::now(), !status_)) {
            case TimeLimit::Order::ask:
                ::kill(command_, SIGTERM);
                break;
            case TimeLimit::Order::end_all:
                static_cast<void>(cgroup_.kill_all());  // what it does not end is seen to run on
                deadline_ = Clock::now() + patience_with_killed;
                break;
            case TimeLimit::Order::nothing:
                break;
        }
    }

    void pass_on()
    {
        signalfd_siginfo received{};
        if (::read(signals_.descriptor(), &received, sizeof received) != static_cast<ssize_t>(sizeof received))
            return;
        if (status_)
            given_up_ = true;                     // whoever waits for what was left behind has had enough
        else if (received.ssi_code != SI_KERNEL)  // what the terminal sends has reached the command
            ::kill(command_, static_cast<int>(received.ssi_signo));
    }

    const HeldSignals& signals_;
    const Cgroup& cgroup_;
    int control_;
    pid_t command_;
    std::optional<std::chrono::milliseconds> linger_;
    TimeLimit limit_;
    const Steering* steering_;
    std::optional<Clock::time_point> deadline_;  // for what the command left behind
    std::optional<int> status_;
    Timestamp ended_;
    Clock::time_point end_seen_;
    bool given_up_ = false;
    bool recorder_ended_ = false;
};

CommandPlan plan_command(const HostRunOptions& options, const Cgroup& cgroup, const HeldSignals& signals)
{
    CommandPlan plan;
    plan.arguments = options.command;
    EnvironmentPlan environment;
    environment.contained = false;
    environment.clean = options.clean_environment;
    environment.user = options.user;
    environment.variables = options.variables;
    if (options.marks)
        environment.marks = options.marks->pipe;
    if (options.fresh_home)
        environment.fresh_home = std::filesystem::absolute(*options.fresh_home);
    plan.environment = environment_for(own_environment(), environment).variables;
    plan.user = options.user;
    plan.confinement = Confinement::none;
    plan.cgroup = &cgroup;
    plan.terminal = options.steering != nullptr ? options.steering->terminal() : -1;
    plan.signal_mask = signals.before();
    ::getrlimit(RLIMIT_NOFILE, &plan.open_files);
    return plan;
}

RunError not_watched(const std::string& why)
{
    return not_permitted(why +
                         "; --network host needs root, cgroup v2 and a kernel with BTF (/sys/kernel/btf/vmlinux); "
                         "--network sinkhole needs none of them");
}

std::expected<HostRunResult, RunError> run_watched(const HostRunOptions& options, OwnerWatch& watch,
                                                   const HeldSignals& signals)
{
    const Cgroup& cgroup = watch.cgroup;
    const CommandPlan plan = plan_command(options, cgroup, signals);
    if (const auto ready = watch.recorder.await_ready(); !ready)
        return std::unexpected(not_watched(ready.error()));
    if (const auto heard = signals.hear_before_start(); !heard)
        return std::unexpected(heard.error());
    HostRunResult result;
    result.started = wall_clock();
    const auto started = start_command(plan);
    if (!started)
        return std::unexpected(started.error());
    Accompanied accompanied{signals, cgroup, watch.recorder.descriptor(), started->process, options};
    accompanied.wait();
    if (accompanied.recorder_ended())
        return std::unexpected(RunError{RunError::Kind::internal,
                                        "the recorder ended before the command, which was ended too; what it had "
                                        "recorded by then is in the case"});
    result.command = command_end_of(accompanied.status());
    result.command.timed_out = accompanied.timed_out();
    result.command_ended = accompanied.ended();
    result.left_processes = !cgroup.is_empty();
    if (started->execution_error != 0)
        result.command.not_executed =
            fmt::format("{}: {}", options.command.front(),
                        std::error_code{started->execution_error, std::system_category()}.message());
    result.recording = watch.recorder.finish();
    result.ended = wall_clock();
    return result;
}

}  // namespace

std::expected<HostRunResult, RunError> run_on_host(const HostRunOptions& options)
{
    if (options.command.empty())
        return std::unexpected(RunError{RunError::Kind::internal, "there is no command to be run"});
    if (::geteuid() != 0)
        return std::unexpected(not_permitted(
            "--network host needs root, for only root may watch sockets in the kernel: write sudo waybill "
            "run …, or --network sinkhole, which needs none"));
    auto packets = create_recording_file(options.packets_file);
    auto owners = create_recording_file(options.owners_file);
    auto marks = open_marks(options.marks);
    if (!packets || !owners)
        return std::unexpected(packets ? owners.error() : packets.error());
    if (!marks)
        return std::unexpected(marks.error());
    const Foreground foreground;
    std::optional<HeldSignals> held;
    const HeldSignals& signals = options.signals != nullptr ? *options.signals : held.emplace();
    RecordingOptions recording;
    recording.owners = *std::move(owners);
    recording.packets = *std::move(packets);
    recording.mark_pipe = std::move(marks->pipe);
    recording.marks = std::move(marks->file);
    recording.section = options.section;
    recording.trimmer = options.trimmer;
    recording.arguments = options.arguments;
    auto watch = OwnerWatch::begin(std::move(recording));
    if (!watch)
        return std::unexpected(not_watched(watch.error()));
    return run_watched(options, *watch, signals);
}

}  // namespace waybill
