#include "capture/network/contained_run.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "capture/child_process.h"
#include "capture/deferred/libraries.h"
#include "capture/network/caller_line.h"
#include "capture/network/contained_report.h"
#include "capture/network/environment.h"
#include "capture/network/foreground.h"
#include "capture/network/held_signals.h"
#include "capture/network/mounts.h"
#include "capture/network/namespaces.h"
#include "capture/network/preparation.h"
#include "capture/network/supervisor.h"
#include "capture/network/unix_sockets.h"
#include "capture/owner/owner_watch.h"

namespace waybill {
namespace {

using namespace contained;

constexpr std::size_t longest_outcome = std::size_t{256} * 1024 * 1024;

void pass_on(const HeldSignals& signals, int control)
{
    signalfd_siginfo received{};
    if (::read(signals.descriptor(), &received, sizeof received) != static_cast<ssize_t>(sizeof received))
        return;
    const Forwarded forwarded{static_cast<std::uint8_t>(received.ssi_signo), received.ssi_code == SI_KERNEL};
    ::send(control, &forwarded, sizeof forwarded, MSG_NOSIGNAL);  // a supervisor that has gone is seen by its silence
}

void tell_that_uplink_ended(int control)
{
    Forwarded forwarded;
    forwarded.uplink_ended = true;
    ::send(control, &forwarded, sizeof forwarded, MSG_NOSIGNAL);
}

/// Receives the outcome's text, and passes on meanwhile what happens outside.
std::string await_outcome(const HeldSignals& signals, int control, std::optional<Uplink>& uplink)
{
    std::string text;
    std::array<char, 65536> buffer{};
    std::array<pollfd, 3> waited{pollfd{control, POLLIN, 0}, pollfd{signals.descriptor(), POLLIN, 0},
                                 pollfd{uplink ? uplink->descriptor() : -1, POLLIN, 0}};
    while (text.size() < longest_outcome) {
        if (::poll(waited.data(), waited.size(), -1) < 0 && errno != EINTR)
            break;
        if ((waited.at(1).revents & POLLIN) != 0)
            pass_on(signals, control);
        if (waited.at(2).revents != 0 && !uplink->listen()) {
            tell_that_uplink_ended(control);
            waited.at(2).fd = -1;  // it would be ready for ever
        }
        if (waited.at(0).revents == 0)
            continue;
        const ssize_t count = ::recv(control, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR))
            break;
        text.append(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    }
    return text;
}

/// Who watches what will be in the namespaces, where that was asked for.
struct Watch {
    std::optional<OwnerWatch> owners;    ///< the kernel, if it does not refuse yet
    std::optional<std::string> refusal;  ///< why not the kernel, which was asked for
    FileDescriptor file;                 ///< of owners; the supervisor writes it where the kernel does not watch
};

std::expected<Watch, RunError> begin_watch(const ContainedOptions& options)
{
    Watch watch;
    if (!options.owners_file)
        return watch;
    auto file = create_recording_file(*options.owners_file);
    if (!file)
        return std::unexpected(file.error());
    watch.file = *std::move(file);
    if (options.owner_source == OwnerSource::calls)
        return watch;
    RecordingOptions recording;
    recording.owners = FileDescriptor{::fcntl(watch.file.get(), F_DUPFD_CLOEXEC, 0)};
    recording.arguments = options.arguments;
    auto begun = OwnerWatch::begin(std::move(recording));
    if (begun)
        watch.owners.emplace(*std::move(begun));
    else
        watch.refusal = begun.error();
    return watch;
}

/// Tells the supervisor who watches, once that is known: until then it sets everything else up.
std::expected<void, RunError> tell_who_watches(Watch& watch, const HeldSignals& signals, int listener)
{
    if (watch.owners)
        if (const auto ready = watch.owners->recorder.await_ready(); !ready) {
            watch.refusal = ready.error();
            watch.owners.reset();
            if (::ftruncate(watch.file.get(), 0) != 0 || ::lseek(watch.file.get(), 0, SEEK_SET) != 0)
                return std::unexpected(step_failed("begin the file of owners again", last_error()));
        }
    if (const auto heard = signals.hear_before_start(); !heard)  // later ones are the command's
        return heard;
    const OwnerSource source = watch.owners ? OwnerSource::kernel : OwnerSource::calls;
    ::send(listener, &source, sizeof source, MSG_NOSIGNAL);  // a supervisor that has gone is seen by its silence
    return {};
}

/// Adds what the watch has seen.
Outcome with_owners(Outcome outcome, Watch& watch)
{
    if (outcome && watch.owners)
        outcome->owners = watch.owners->recorder.finish();
    if (outcome && watch.refusal)
        outcome->gaps.push_back("the kernel does not tell whose sockets are: " + *watch.refusal);
    return outcome;
}

/// The caller's part once the supervisor exists.
Outcome accompany(pid_t supervisor, const HeldSignals& signals, FileDescriptor line,
                  const std::optional<UplinkChoice>& choice, Watch& watch, int listener, Remains& remains)
{
    remains.supervisor = ChildProcess{supervisor};
    std::optional<Uplink>& uplink = remains.uplink;
    const FileDescriptor control = std::move(line);  // goes before the child is waited for: it sees that and ends
    char word = 0;
    if (::recv(control.get(), &word, sizeof word, 0) != sizeof word)
        return std::unexpected(RunError{RunError::Kind::internal, "the supervisor ended before it began"});
    const auto map = map_users(supervisor);
    if (!map)
        return std::unexpected(map.error());
    if (choice) {
        auto started = Uplink::start(*choice, supervisor);
        if (!started)
            return std::unexpected(started.error());
        uplink.emplace(*std::move(started));
    }
    ::send(control.get(), &*map, sizeof *map, MSG_NOSIGNAL);
    if (const auto told = tell_who_watches(watch, signals, listener); !told)
        return std::unexpected(told.error());
    Outcome outcome = read_outcome(await_outcome(signals, control.get(), uplink));
    if (!outcome && uplink) {
        uplink->listen();
        outcome.error().message += fmt::format("; {} says: {}", choice->program.string(), uplink->words());
    }
    if (uplink)
        uplink->end();
    return with_owners(std::move(outcome), watch);
}

/// Who opens addresses on the host, where that was asked for.
std::expected<std::optional<BrowserKeeper>, RunError> start_browser_keeper(const ContainedOptions& options,
                                                                           const OpenMarks& marks)
{
    if (!options.browser)
        return std::nullopt;
    BrowserOptions browser;
    browser.user = options.browser->user;
    browser.starts_browser = options.browser->is_started;
    if (marks.pipe)
        browser.marks = FileDescriptor{::fcntl(marks.pipe.get(), F_DUPFD_CLOEXEC, 0)};
    auto keeper = BrowserKeeper::start(std::move(browser));
    if (!keeper)
        return std::unexpected(keeper.error());
    return *std::move(keeper);
}

/// What the keeper tells at its end, or why it could not begin.
void add_browser(ContainedResult& result, std::expected<std::optional<BrowserKeeper>, RunError>& browser)
{
    if (!browser) {
        result.gaps.push_back("the command could not have addresses opened in the host's browser: " +
                              browser.error().message);
        return;
    }
    if (!*browser)
        return;
    if (const auto counts = (*browser)->finish())
        result.browser = *counts;
    else
        result.gaps.emplace_back(
            "what opens addresses in the host's browser ended during the run: how often it did is "
            "not known");
}

/// Whether the command has programs that open addresses outside (BrowserShim).
enum class BrowserAccess : std::uint8_t { none, by_shim };

Environment environment_of(const ContainedOptions& options, uid_t uid, BrowserAccess browser)
{
    EnvironmentPlan plan;
    plan.clean = options.clean_environment;
    plan.user = options.user;
    plan.runtime_folder = runtime_folder_of(uid);
    plan.has_browser_shim = browser == BrowserAccess::by_shim;
    if (options.fresh_home)
        plan.fresh_home = std::filesystem::absolute(*options.fresh_home);
    if (options.marks)
        plan.marks = options.marks->pipe;
    plan.variables = options.variables;
    return environment_for(own_environment(), plan);
}

/// With which program, and what it will bring; nothing in the sinkhole.
struct UplinkPlan {
    std::optional<UplinkChoice> choice;
    DefaultRoutes routes;
};

std::expected<UplinkPlan, RunError> plan_uplink(const ContainedOptions& options)
{
    if (options.outside == Outside::nothing)
        return UplinkPlan{};
    auto choice = choose_uplink(options.uplink, host_resolver());
    if (!choice)
        return std::unexpected(choice.error());
    const DefaultRoutes routes = routes_over(choice->kind, read_default_routes());
    return UplinkPlan{*std::move(choice), routes};
}

}  // namespace

std::expected<ContainedResult, RunError> run_contained(const ContainedOptions& options)
{
    Remains remains;
    return run_contained(options, remains);
}

std::expected<ContainedResult, RunError> run_contained(const ContainedOptions& options, Remains& remains)
{
    if (options.command.empty())
        return std::unexpected(RunError{RunError::Kind::internal, "there is no command to be run"});
    // Inside the namespaces nobody could be told that one is not there.
    const auto loaded = options.outside == Outside::nothing ? load_sinkhole_libraries() : libpcap().load();
    if (!loaded)
        return std::unexpected(RunError{RunError::Kind::internal, loaded.error()});
    auto uplink = plan_uplink(options);
    if (!uplink)
        return std::unexpected(uplink.error());
    auto packets = create_recording_file(options.packets_file);
    if (!packets)
        return std::unexpected(packets.error());
    const uid_t uid = options.user ? options.user->uid : ::geteuid();
    const gid_t gid = options.user ? options.user->gid : ::getegid();
    auto marks = open_marks(options.marks);
    if (!marks)
        return std::unexpected(marks.error());
    auto host_sockets = read_unix_sockets();
    const Foreground foreground;
    std::optional<HeldSignals> held;
    const HeldSignals& signals = options.signals != nullptr ? *options.signals : held.emplace();
    auto watch = begin_watch(options);
    if (!watch)
        return std::unexpected(watch.error());
    auto control = make_control();  // after the watch, whose processes would hold its ends open
    if (!control)
        return std::unexpected(control.error());
    auto browser = start_browser_keeper(options, *marks);
    FileDescriptor browser_line = browser && *browser ? (*browser)->take_line() : FileDescriptor{};
    auto environment = environment_of(options, uid, browser_line ? BrowserAccess::by_shim : BrowserAccess::none);
    auto watch_line = make_control();
    if (!watch_line)
        return std::unexpected(watch_line.error());
    const auto supervisor = fork_into_namespaces();
    if (!supervisor)
        return std::unexpected(supervisor.error());
    if (*supervisor == 0) {
        control->caller.reset();
        watch_line->caller.reset();
        if (browser)
            browser->reset();
        supervise({options, std::move(control->other), std::move(watch_line->other), *std::move(packets),
                   std::move(watch->file), std::move(marks->pipe), std::move(marks->file), std::move(browser_line),
                   watch->owners ? &watch->owners->cgroup : nullptr, std::move(environment), std::move(host_sockets),
                   signals.before(), uplink->choice, uplink->routes, uid, gid});
    }
    control->other.reset();
    watch_line->other.reset();
    browser_line.reset();
    packets->reset();
    *marks = {};
    Outcome outcome = accompany(*supervisor, signals, std::move(control->caller), uplink->choice, *watch,
                                watch_line->caller.get(), remains);
    if (outcome)
        add_browser(*outcome, browser);
    return outcome;
}

std::expected<void, RunError> probe_contained()
{
    auto control = make_control();
    if (!control)
        return std::unexpected(control.error());
    const HeldSignals signals;
    const auto supervisor = fork_into_namespaces();
    if (!supervisor)
        return std::unexpected(supervisor.error());
    if (*supervisor == 0) {
        control->caller.reset();
        probe(control->other);
    }
    control->other.reset();
    Watch no_watch;
    constexpr int no_listener = -1;
    Remains remains;
    const auto outcome =
        accompany(*supervisor, signals, std::move(control->caller), {}, no_watch, no_listener, remains);
    if (!outcome)
        return std::unexpected(outcome.error());
    return {};
}

}  // namespace waybill
