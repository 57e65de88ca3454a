#include "capture/network/supervisor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <string_view>

#include "capture/browser/browser_door.h"
#include "capture/call_allowance.h"
#include "capture/mark/mark_intake.h"
#include "capture/network/caller_line.h"
#include "capture/network/command.h"
#include "capture/network/contained_report.h"
#include "capture/network/mounts.h"
#include "capture/network/namespaces.h"
#include "capture/network/process_tree.h"
#include "capture/network/run_captures.h"
#include "capture/network/sink.h"
#include "capture/network/uplink_wait.h"
#include "capture/network/veth.h"
#include "capture/owner/call_owners.h"
#include "capture/owner/owner_log.h"
#include "capture/wall_clock.h"

namespace waybill::contained {
namespace {

constexpr std::chrono::milliseconds tick_interval{100};
constexpr std::chrono::milliseconds flush_interval{20};  // between two flushes: what a sudden end may cost
constexpr rlim_t most_connections = 4096;
constexpr rlim_t other_descriptors = 1024;  // sockets, captures, files, and the processes that are watched

/// Room for many connections. Gives the limit as it was.
rlimit raise_open_files()
{
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    rlimit raised = before;
    raised.rlim_cur = std::min(before.rlim_max, std::max(before.rlim_cur, most_connections + other_descriptors));
    ::setrlimit(RLIMIT_NOFILE, &raised);
    return before;
}

std::size_t connections_within_limit()
{
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return std::min(most_connections, limit.rlim_cur - std::min(other_descriptors, limit.rlim_cur / 2));
}

class Supervisor {
public:
    Supervisor(SupervisorPlan& plan, Loop& loop, rlimit open_files)
        : plan_{plan},
          loop_{loop},
          open_files_{open_files},
          tree_{plan.options.linger, plan.options.timeout, plan.options.steering}
    {
    }

    Outcome run(UserMap map);

private:
    std::expected<void, RunError> set_up(UserMap map);
    std::expected<void, RunError> set_up_sink();
    std::expected<void, RunError> take_uplink();
    std::expected<void, RunError> open_recorder(LiveCapture loopback);
    std::expected<void, RunError> set_up_files(UserMap map);
    std::expected<void, RunError> start(UserMap map);
    std::expected<void, RunError> give_up_privileges(UserMap map);
    std::expected<void, RunError> watch();
    void watch_calls();
    void pass_signals_on();
    void serve();
    void finish_owners();
    void count_sink();
    void finish();

    SupervisorPlan& plan_;
    Loop& loop_;
    rlimit open_files_;
    std::optional<Sink> sink_;
    ProcessTree tree_;
    std::optional<Recorder> recorder_;
    std::optional<MarkIntake> marks_;
    std::optional<BrowserDoor> door_;
    std::optional<OwnerLog> owners_;
    std::optional<CallOwners> calls_;
    ContainedResult result_;
};

std::expected<void, RunError> Supervisor::set_up_sink()
{
    const auto networks = make_networks();
    if (!networks)
        return std::unexpected(networks.error());
    result_.has_ipv6 = networks->has_ipv6;
    if (!networks->has_ipv6)
        result_.gaps.emplace_back("this kernel has no IPv6: attempts over it do not show");
    sink_.emplace(loop_, connections_within_limit());
    return sink_->open({networks->tool.get(), networks->sink.get()}, networks->has_ipv6);
}

std::expected<void, RunError> Supervisor::take_uplink()
{
    if (auto done = await_uplink(plan_.control.get(), plan_.routes); !done)
        return done;
    bind_to_caller();  // the uplink has found the namespaces by now, and needs this process dumpable no more
    result_.uplink = text(plan_.uplink->kind);
    result_.has_ipv6 = plan_.routes.ipv6;
    return {};
}

std::expected<void, RunError> Supervisor::open_recorder(LiveCapture loopback)
{
    auto recorder = Recorder::create(std::move(plan_.packets), plan_.options.section, plan_.options.trimmer);
    if (!recorder)
        return std::unexpected(RunError{RunError::Kind::cannot_create, recorder.error().message});
    recorder_.emplace(*std::move(recorder));
    auto live = plan_.uplink ? capture_uplink() : capture_sink_link();
    if (!live)
        return std::unexpected(live.error());
    for (LiveCapture* const each : {&*live, &loopback})
        if (const auto added = recorder_->add(std::move(*each)); !added)
            return std::unexpected(RunError{RunError::Kind::cannot_create, added.error().message});
    return {};
}

std::expected<void, RunError> Supervisor::set_up_files(UserMap map)
{
    const std::string of_sink = fmt::format("nameserver {}\noptions timeout:2 attempts:2\n", LinkPlan::sink_ipv4);
    const MountPlan mounts{plan_.uplink ? plan_.uplink->resolv_conf : of_sink, plan_.host_sockets.paths,
                           plan_.command_uid, plan_.command_gid, map == UserMap::whole};
    const mode_t own_mask = ::umask(S_IWGRP | S_IWOTH);  // what is made now is for the command, whoever that is
    auto notes = arrange_files(mounts);
    std::error_code no_shim;
    if (notes && plan_.browser_line)
        no_shim = door_.emplace(std::move(plan_.browser_line)).open(plan_.command_uid, plan_.command_gid);
    ::umask(own_mask);
    if (!notes)
        return std::unexpected(notes.error());
    result_.covered_sockets = std::move(notes->covered_sockets);
    result_.unplaced_sockets = plan_.host_sockets.unplaced;
    std::ranges::move(notes->failures, std::back_inserter(result_.gaps));
    if (no_shim)
        result_.gaps.push_back("the command cannot have addresses opened outside: " + no_shim.message());
    return {};
}

std::expected<void, RunError> Supervisor::watch()
{
    auto failed = recorder_->attach(loop_);
    if (!failed)
        failed = tree_.attach(loop_);
    if (!failed)
        failed = loop_.watch(plan_.control.get(), [this] { pass_signals_on(); });
    if (!failed && plan_.mark_pipe)
        failed = marks_.emplace(std::move(plan_.mark_pipe), std::move(plan_.marks)).attach(loop_);
    if (!failed && door_)
        failed = door_->attach(loop_);
    if (failed)
        return std::unexpected(step_failed("wait for events", failed));
    return {};
}

/// Where that was asked for, and the kernel does not watch.
void Supervisor::watch_calls()
{
    if (await_watch(plan_.watch_line.get()) == OwnerSource::kernel)
        plan_.owners.reset();
    else
        plan_.cgroup = nullptr;
    if (!plan_.owners)
        return;
    const BootClock clock = BootClock::read();
    owners_.emplace(std::move(plan_.owners), text(OwnerSource::calls), clock, plan_.options.arguments);
    calls_.emplace(loop_, clock, [this](const OwnerEvent& event) { owners_->add(event); });
}

std::expected<void, RunError> Supervisor::start(UserMap map)
{
    if (plan_.options.user && map != UserMap::whole)
        return std::unexpected(
            RunError{RunError::Kind::not_permitted, "only root can run the command as another user"});
    const bool as_root = map == UserMap::whole && plan_.command_uid == 0;
    CommandPlan command;
    command.arguments = plan_.options.command;
    command.environment = plan_.environment.variables;
    command.user = plan_.options.user;
    command.kept = as_root ? capabilities_of_root() : CapabilitySet{};
    command.signal_mask = plan_.signal_mask;
    command.open_files = open_files_;
    command.calls = calls_ ? &*calls_ : nullptr;
    command.cgroup = plan_.cgroup;
    command.terminal = plan_.options.steering != nullptr ? plan_.options.steering->terminal() : -1;
    result_.started = wall_clock();
    const auto started = start_command(command);
    if (!started)
        return std::unexpected(started.error());
    tree_.begin(started->process);
    if (started->calls_not_watched)
        result_.gaps.push_back(
            "which process is behind each flow is not known: the command's calls cannot be asked "
            "about (seccomp): " +
            started->calls_not_watched.message());
    if (started->execution_error != 0)
        result_.command.not_executed =
            fmt::format("{}: {}", command.arguments.front(),
                        std::error_code{started->execution_error, std::system_category()}.message());
    return {};
}

/// From here on the supervisor reads what the command sends: it keeps nothing but the right to end processes.
std::expected<void, RunError> Supervisor::give_up_privileges(UserMap map)
{
    if (map == UserMap::whole) {
        UserIdentity other;
        other.uid = other.gid = nobody;
        if (const auto failed = become(other))
            return std::unexpected(step_failed("become nobody", failed));
    }
    // To look at processes that let no other look at them, and at what only they can read.
    const CapabilitySet kept =
        calls_ ? CapabilitySet{CAP_KILL, CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH} : CapabilitySet{CAP_KILL};
    if (const auto failed = restrict_capabilities(kept))
        return std::unexpected(step_failed("drop capabilities", failed));
    if (const auto failed = forbid_new_privileges())
        return std::unexpected(step_failed("forbid new privileges", failed));
    bind_to_caller();
    const FileDescriptor nothing{::open("/dev/null", O_RDWR | O_CLOEXEC)};
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO})  // the command's, not ours: their other ends see it end
        ::dup2(nothing.get(), standard);
    if (const auto failed = keep_calls(Allowance::supervisor))
        return std::unexpected(step_failed("keep few system calls", failed));
    return {};
}

std::expected<void, RunError> Supervisor::set_up(UserMap map)
{
    // What needs no uplink is done while that comes; what makes settings read-only, after they are made.
    if (auto done = plan_.uplink ? prepare_for_uplink() : set_up_sink(); !done)
        return done;
    auto loopback = capture_loopback();
    if (!loopback)
        return std::unexpected(loopback.error());
    if (auto done = set_up_files(map); !done)
        return done;
    if (plan_.uplink)
        if (auto done = take_uplink(); !done)
            return done;
    if (auto done = open_recorder(*std::move(loopback)); !done)
        return done;
    if (auto done = watch(); !done)
        return done;
    watch_calls();
    recorder_->begin_counting();  // an uplink reads, and thereby counts, what was sent before the capture was opened
    if (auto done = hear_before_start(plan_.control.get()); !done)
        return done;
    if (auto done = start(map); !done)
        return done;
    return give_up_privileges(map);
}

void Supervisor::pass_signals_on()
{
    Forwarded forwarded;
    const ssize_t count = ::recv(plan_.control.get(), &forwarded, sizeof forwarded, MSG_DONTWAIT);
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR))
        ::_exit(1);  // the caller has died: nobody wants the outcome
    if (count != sizeof forwarded)
        return;
    if (forwarded.uplink_ended)
        result_.uplink_ended = true;
    else if (forwarded.from_terminal)
        tree_.from_terminal();
    else
        tree_.forward(forwarded.signal);
}

void Supervisor::serve()
{
    using Clock = std::chrono::steady_clock;
    auto next_tick = Clock::now();
    auto next_flush = next_tick;
    while (!tree_.is_over()) {
        loop_.run_once(recorder_->has_unflushed() ? flush_interval : tick_interval);
        const auto now = Clock::now();
        if (now >= next_flush) {
            next_flush = now + flush_interval;
            recorder_->flush();
        }
        if (now < next_tick)
            continue;
        next_tick = now + tick_interval;
        if (sink_)
            sink_->tick();
        tree_.tick(now);
        if (owners_)
            owners_->flush();
    }
}

/// What is known of owners, once nothing calls any more.
void Supervisor::finish_owners()
{
    if (!calls_)
        return;
    calls_->finish();
    owners_->finish();
    OwnerRecording& owners = result_.owners.emplace();
    owners.source = OwnerSource::calls;
    owners.call_losses = calls_->losses();
    owners.failure = owners_->failure();
    owners.processes = owners_->processes();
    owners.sockets = owners_->sockets();
}

void Supervisor::count_sink()
{
    const ServerCounts& connections = sink_->connection_counts();
    const DatagramCounts& datagrams = sink_->datagram_counts();
    result_.counts = {connections.accepted, connections.cut_at_bound, connections.dns_queries + datagrams.dns_queries,
                      datagrams.received, sink_->addresses().beyond_bound()};
    result_.names = sink_->addresses().given();
}

void Supervisor::finish()
{
    result_.interfaces = recorder_->finish(loop_);
    finish_owners();
    result_.recording_failure = recorder_->failure();
    if (marks_) {
        marks_->finish(loop_);
        result_.refused_marks = marks_->refused();
        if (!result_.recording_failure)
            result_.recording_failure = marks_->failure();
    }
    result_.ended = wall_clock();
    result_.command_ended = tree_.command_ended();
    result_.killed_processes = tree_.killed();
    auto not_executed = std::move(result_.command.not_executed);
    result_.command = command_end_of(tree_.command_status().value_or(0));
    result_.command.not_executed = std::move(not_executed);
    result_.command.timed_out = tree_.timed_out();
    if (sink_)
        count_sink();
    result_.removed_environment = plan_.environment.removed;
}

Outcome Supervisor::run(UserMap map)
{
    if (const auto done = set_up(map); !done)
        return std::unexpected(done.error());
    serve();
    finish();
    return std::move(result_);
}

}  // namespace

void supervise(SupervisorPlan plan) noexcept
{
    const UserMap map = await_map(plan.control.get());
    if (!plan.uplink)
        bind_to_caller();
    const rlimit open_files = raise_open_files();
    auto loop = Loop::create();
    if (!loop)
        tell(plan.control.get(), std::unexpected(step_failed("make a poll loop", loop.error())));
    Supervisor supervisor{plan, *loop, open_files};
    tell(plan.control.get(), supervisor.run(map));  // before the kernel takes back what was opened, which takes long
}

void probe(const FileDescriptor& control) noexcept
{
    await_map(control.get());
    bind_to_caller();
    auto loop = Loop::create();
    if (!loop)
        tell(control.get(), std::unexpected(step_failed("make a poll loop", loop.error())));
    Sink sink{*loop, 1};
    Outcome outcome{ContainedResult{}};
    if (const auto networks = make_networks(); !networks)
        outcome = std::unexpected(networks.error());
    else if (const auto opened = sink.open({networks->tool.get(), networks->sink.get()}, networks->has_ipv6); !opened)
        outcome = std::unexpected(opened.error());
    tell(control.get(), outcome);
}

}  // namespace waybill::contained
