#include "capture/network/sinkhole.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "capture/deferred/libraries.h"
#include "capture/network/environment.h"
#include "capture/network/foreground.h"
#include "capture/network/mounts.h"
#include "capture/network/namespaces.h"
#include "capture/network/sinkhole_report.h"
#include "capture/network/supervisor.h"
#include "capture/network/unix_sockets.h"

namespace waybill {
namespace {

using namespace sinkhole;

constexpr std::size_t longest_outcome = std::size_t{256} * 1024 * 1024;
constexpr std::array passed_on{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};

SinkholeError cannot_create(const std::filesystem::path& path, std::error_code code)
{
    return {SinkholeError::Kind::cannot_create, fmt::format("{}: {}", path.string(), code.message())};
}

/// Blocks the signals that are passed on, and SIGCHLD, for as long as it lives.
class HeldSignals {
public:
    HeldSignals()
    {
        sigset_t held;
        sigemptyset(&held);
        for (const int signal : passed_on)
            sigaddset(&held, signal);
        descriptor_ = FileDescriptor{::signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK)};
        sigaddset(&held, SIGCHLD);
        ::sigprocmask(SIG_BLOCK, &held, &before_);
        // Children whose end is ignored cannot be waited for.
        struct sigaction by_default{};
        by_default.sa_handler = SIG_DFL;
        ::sigaction(SIGCHLD, &by_default, &child_before_);
    }
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals(HeldSignals&&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;
    HeldSignals& operator=(HeldSignals&&) = delete;
    ~HeldSignals()
    {
        ::sigaction(SIGCHLD, &child_before_, nullptr);
        ::sigprocmask(SIG_SETMASK, &before_, nullptr);
    }

    int descriptor() const { return descriptor_.get(); }
    const sigset_t& before() const { return before_; }

private:
    FileDescriptor descriptor_;
    sigset_t before_{};
    struct sigaction child_before_{};
};

std::expected<FileDescriptor, SinkholeError> create_packet_file(const std::filesystem::path& path)
{
    FileDescriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640)};
    if (!file)
        return std::unexpected(cannot_create(path, last_error()));
    return file;
}

std::expected<void, SinkholeError> make_fresh_home(const SinkholeOptions& options)
{
    if (!options.fresh_home)
        return {};
    std::error_code failed;
    if (std::filesystem::exists(*options.fresh_home, failed) && !std::filesystem::is_empty(*options.fresh_home, failed))
        return std::unexpected(
            cannot_create(*options.fresh_home, std::make_error_code(std::errc::directory_not_empty)));
    for (const auto& folder : folders_of_home(std::filesystem::absolute(*options.fresh_home))) {
        std::filesystem::create_directories(folder, failed);
        if (!failed)
            std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failed);
        if (!failed && options.user && ::chown(folder.c_str(), options.user->uid, options.user->gid) != 0)
            failed = last_error();
        if (failed)
            return std::unexpected(cannot_create(folder, failed));
    }
    return {};
}

std::vector<std::string> own_environment()
{
    std::vector<std::string> variables;
    for (char** each = environ; each != nullptr && *each != nullptr;
         ++each)  // NOLINT(cppcoreguidelines-pro-bounds-pointer-arithmetic): a null-terminated C array
        variables.emplace_back(*each);
    return variables;
}

struct ControlPair {
    FileDescriptor caller;
    FileDescriptor supervisor;
};

std::expected<ControlPair, SinkholeError> make_control()
{
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return std::unexpected(step_failed("make a socket pair", last_error()));
    return ControlPair{FileDescriptor{ends.at(0)}, FileDescriptor{ends.at(1)}};
}

void pass_on(const HeldSignals& signals, int control)
{
    signalfd_siginfo received{};
    if (::read(signals.descriptor(), &received, sizeof received) != static_cast<ssize_t>(sizeof received))
        return;
    const Forwarded forwarded{static_cast<std::uint8_t>(received.ssi_signo), received.ssi_code == SI_KERNEL};
    ::send(control, &forwarded, sizeof forwarded, MSG_NOSIGNAL);  // a supervisor that has gone is seen by its silence
}

/// Receives the outcome's text, and passes signals on meanwhile.
std::string await_outcome(const HeldSignals& signals, int control)
{
    std::string text;
    std::array<char, 65536> buffer{};
    std::array<pollfd, 2> waited{pollfd{control, POLLIN, 0}, pollfd{signals.descriptor(), POLLIN, 0}};
    while (text.size() < longest_outcome) {
        if (::poll(waited.data(), waited.size(), -1) < 0 && errno != EINTR)
            break;
        if ((waited.at(1).revents & POLLIN) != 0)
            pass_on(signals, control);
        if (waited.at(0).revents == 0)
            continue;
        const ssize_t count = ::recv(control, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR))
            break;
        text.append(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    }
    return text;
}

void wait_for(pid_t process)
{
    while (::waitpid(process, nullptr, 0) < 0 && errno == EINTR)
        continue;
}

/// The caller's part once the supervisor exists.
Outcome accompany(pid_t supervisor, const HeldSignals& signals, FileDescriptor control)
{
    const auto map = map_users(supervisor);
    if (!map) {
        control.reset();  // the supervisor sees it and ends
        wait_for(supervisor);
        return std::unexpected(map.error());
    }
    ::send(control.get(), &*map, sizeof *map, MSG_NOSIGNAL);
    const std::string text = await_outcome(signals, control.get());
    wait_for(supervisor);
    return read_outcome(text);
}

}  // namespace

std::expected<SinkholeResult, SinkholeError> run_in_sinkhole(const SinkholeOptions& options)
{
    if (options.command.empty())
        return std::unexpected(SinkholeError{SinkholeError::Kind::internal, "there is no command to be run"});
    // Inside the namespaces nobody could be told that one is not there.
    if (const auto loaded = load_sinkhole_libraries(); !loaded)
        return std::unexpected(SinkholeError{SinkholeError::Kind::internal, loaded.error()});
    auto packets = create_packet_file(options.packets_file);
    if (!packets)
        return std::unexpected(packets.error());
    if (const auto made = make_fresh_home(options); !made)
        return std::unexpected(made.error());
    auto control = make_control();
    if (!control)
        return std::unexpected(control.error());
    const uid_t uid = options.user ? options.user->uid : ::geteuid();
    const gid_t gid = options.user ? options.user->gid : ::getegid();
    std::optional<std::filesystem::path> home;
    if (options.fresh_home)
        home = std::filesystem::absolute(*options.fresh_home);
    auto environment =
        environment_for(own_environment(), {options.clean_environment, home, options.user, runtime_folder_of(uid)});
    auto host_sockets = read_unix_sockets();
    const Foreground foreground;
    const HeldSignals signals;
    const auto supervisor = fork_into_namespaces();
    if (!supervisor)
        return std::unexpected(supervisor.error());
    if (*supervisor == 0) {
        control->caller.reset();
        supervise({options, std::move(control->supervisor), *std::move(packets), std::move(environment),
                   std::move(host_sockets), signals.before(), uid, gid});
    }
    control->supervisor.reset();
    packets->reset();
    return accompany(*supervisor, signals, std::move(control->caller));
}

std::expected<void, SinkholeError> probe_sinkhole()
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
        probe(control->supervisor);
    }
    control->supervisor.reset();
    const auto outcome = accompany(*supervisor, signals, std::move(control->caller));
    if (!outcome)
        return std::unexpected(outcome.error());
    return {};
}

}  // namespace waybill
