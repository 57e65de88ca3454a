#include "capture/browser/browser_keeper.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

#include "capture/browser/asked_address.h"
#include "capture/browser/host_browser.h"
#include "capture/browser/relay.h"
#include "capture/network/namespaces.h"
#include "capture/network/preparation.h"
#include "capture/network/sockets.h"

namespace waybill {
namespace {

using namespace contained;

constexpr std::uint32_t most_addresses = 16;  // a run: who signs in needs one or two
constexpr std::size_t most_ports = 8;
constexpr std::size_t most_relays = 64;
constexpr int tick = 100;             // milliseconds, while a browser or a relay runs
constexpr int longest_answer = 2000;  // milliseconds, of the supervisor
constexpr std::chrono::seconds longest_launch{5};
constexpr std::size_t longest_line = 2 * AskedAddress::most_octets;
constexpr std::string_view mark_of_sign_in = "sign-in\n";
constexpr std::string_view mark_of_browser = "browser\n";

void say(const std::string& sentence)
{
    const std::string line = "waybill: " + sentence + "\n";
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());  // nobody reads it
}

/// Leaves the process what a program of that user's expects, and nothing of the recording's.
[[noreturn]] void become_browser(std::vector<std::string> command, const std::optional<UserIdentity>& user)
{
    ::setsid();
    ::prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);  // the browser stays
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    const int nothing = ::open("/dev/null", O_RDWR);
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        ::dup2(nothing, standard);
    ::syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, 0);
    if (user) {
        const std::string runtime = fmt::format("/run/user/{}", user->uid);
        const std::string bus = "unix:path=" + runtime + "/bus";
        // NOLINTBEGIN(concurrency-mt-unsafe): one thread
        ::setenv("HOME", user->home.c_str(), 1);
        ::setenv("USER", user->name.c_str(), 1);
        ::setenv("LOGNAME", user->name.c_str(), 1);
        ::setenv("XDG_RUNTIME_DIR", runtime.c_str(), 1);
        ::setenv("DBUS_SESSION_BUS_ADDRESS", bus.c_str(), 0);
        // NOLINTEND(concurrency-mt-unsafe)
    }
    std::vector<char*> pointers;
    for (std::string& word : command)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    ::execvp(pointers.front(), pointers.data());
    ::_exit(127);
}

/// A browser that was started, with the address, until it is clear that it does start.
struct Launch {
    pid_t process = 0;
    AskedAddress asked;
    std::chrono::steady_clock::time_point deadline;
};

/// A loopback port of the host that leads to the same one inside.
struct Forwarding {
    Port port{};
    std::vector<FileDescriptor> listeners;
};

class Keeper {
public:
    Keeper(BrowserOptions options, int leash, int line) : options_{std::move(options)}, leash_{leash}, line_{line} {}

    BrowserCounts run()
    {
        while (true) {  // ends with the caller's word, or its end
            std::vector<pollfd> waited = descriptors();
            const bool is_busy = !relays_.empty() || !launches_.empty();
            if (::poll(waited.data(), waited.size(), is_busy ? tick : -1) < 0 && errno != EINTR)
                break;
            if (waited.at(0).revents != 0)
                break;
            reap();
            if (waited.at(1).revents != 0)
                take_pipe();
            if (waited.at(2).revents != 0)
                read_addresses();
            accept_all();
        }
        for (const pid_t relay : relays_)
            ::kill(relay, SIGKILL);
        return counts_;
    }

private:
    std::vector<pollfd> descriptors() const
    {
        // The line speaks when it is asked, but for the pipe at the beginning; a negative descriptor is passed over.
        std::vector<pollfd> waited{
            {leash_, POLLIN, 0}, {pipe_ || line_is_over_ ? -1 : line_, POLLIN, 0}, {pipe_.get(), POLLIN, 0}};
        for (const Forwarding& forwarding : forwardings_)
            for (const FileDescriptor& listener : forwarding.listeners)
                waited.push_back({listener.get(), POLLIN, 0});
        return waited;
    }

    void take_pipe()
    {
        auto received = receive_descriptor(line_);
        line_is_over_ = received.is_over;
        pipe_ = std::move(received.descriptor);
    }

    void read_addresses()
    {
        std::array<char, 4096> octets{};
        const ssize_t count = ::read(pipe_.get(), octets.data(), octets.size());
        if (count <= 0)
            return;
        text_.append(octets.data(), static_cast<std::size_t>(count));
        for (std::size_t end = text_.find('\n'); end != std::string::npos; end = text_.find('\n')) {
            take(text_.substr(0, end));
            text_.erase(0, end + 1);
        }
        if (text_.size() > longest_line) {  // no address: what comes up to the line's end is refused with it
            text_.clear();
            ++counts_.refused;
        }
    }

    void take(const std::string& line)
    {
        const auto asked = read_asked_address(line);
        if (!asked || counts_.opened + counts_.shown == most_addresses) {
            ++counts_.refused;
            say(asked ? "the command asks for more addresses than can be meant: not opened"
                      : "the command asks to have opened what is no web address: not opened");
            return;
        }
        for (const std::uint16_t port : asked->ports)
            forward(Port{port});
        if (options_.marks) {
            const std::string_view mark = asked->is_sign_in ? mark_of_sign_in : mark_of_browser;
            [[maybe_unused]] const ssize_t written = ::write(options_.marks.get(), mark.data(), mark.size());
        }
        const auto command = options_.starts_browser ? browser_command(asked->address) : std::vector<std::string>{};
        if (command.empty())
            return show(*asked);
        const pid_t browser = ::fork();
        if (browser == 0)
            become_browser(command, options_.user);
        ++counts_.opened;
        say(fmt::format("the command has {} opened in this host's browser, which is not recorded", asked->host));
        launches_.push_back({browser, *asked, std::chrono::steady_clock::now() + longest_launch});
    }

    /// To be copied: where nobody looks it would only be kept.
    void show(const AskedAddress& asked)
    {
        if (::isatty(STDERR_FILENO) == 0) {
            ++counts_.refused;
            say(
                fmt::format("the command asks to have {} opened in a browser, and there is none: set BROWSER, or run "
                            "in a terminal to see the address",
                            asked.host));
            return;
        }
        ++counts_.shown;
        say("the command asks to have this opened in a browser: " + asked.address);
    }

    void forward(Port port)
    {
        if (std::ranges::find(forwardings_, port, &Forwarding::port) != forwardings_.end())
            return;
        if (forwardings_.size() == most_ports)
            return say(fmt::format("port {} is not passed to the command: too many are", number(port)));
        Forwarding forwarding{port, {}};
        std::error_code problem;
        for (const IpVersion version : {IpVersion::v4, IpVersion::v6}) {
            auto listener = listen_on_loopback(version, port);
            if (listener)
                forwarding.listeners.push_back(*std::move(listener));
            else if (version == IpVersion::v4)
                problem = listener.error();
        }
        if (problem)
            say(fmt::format("the browser's answer to port {} will not reach the command over IPv4: {}", number(port),
                            problem.message()));
        forwardings_.push_back(std::move(forwarding));
    }

    void accept_all()
    {
        for (const Forwarding& forwarding : forwardings_)
            for (const FileDescriptor& listener : forwarding.listeners) {
                const FileDescriptor outside{::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC)};
                if (!outside || relays_.size() == most_relays)
                    continue;
                const FileDescriptor inside = connect_inside(forwarding.port);
                if (!inside)
                    continue;  // nobody listens there: it is ended, as it would be without a network between
                const pid_t process = relay(outside, inside);
                if (process < 0)
                    continue;
                relays_.push_back(process);
                ++counts_.connections;
            }
    }

    FileDescriptor connect_inside(Port port)
    {
        const std::uint16_t asked = number(port);
        pollfd waited{line_, POLLIN, 0};
        if (line_is_over_ || ::send(line_, &asked, sizeof asked, MSG_NOSIGNAL) != sizeof asked ||
            ::poll(&waited, 1, longest_answer) <= 0)
            return {};
        auto received = receive_descriptor(line_);
        line_is_over_ |= received.is_over;
        return std::move(received.descriptor);
    }

    void reap()
    {
        const auto now = std::chrono::steady_clock::now();
        std::erase_if(launches_, [&](const Launch& launch) {
            int status = 0;
            const bool has_ended = ::waitpid(launch.process, &status, WNOHANG) != 0;
            if (has_ended && status != 0) {
                --counts_.opened;
                say("no browser could be started (BROWSER, xdg-open)");
                show(launch.asked);
            }
            return has_ended || now > launch.deadline;
        });
        std::erase_if(relays_, [](pid_t relay) { return ::waitpid(relay, nullptr, WNOHANG) == relay; });
    }

    BrowserOptions options_;
    int leash_;
    int line_;
    bool line_is_over_ = false;
    FileDescriptor pipe_;
    std::string text_;  // the beginning of a line
    std::vector<Forwarding> forwardings_;
    std::vector<pid_t> relays_;
    std::vector<Launch> launches_;
    BrowserCounts counts_;
};

[[noreturn]] void keep(BrowserOptions& options, int leash, int line) noexcept
{
    ::setsid();
    ::prctl(PR_SET_NAME, "waybill-browser", 0, 0, 0);
    const FileDescriptor nothing{::open("/dev/null", O_RDWR | O_CLOEXEC)};
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO})  // the command's, not ours: their other ends see it end
        ::dup2(nothing.get(), standard);
    close_all_but({STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO, leash, line, options.marks.get()});
    if (options.user && become_wholly(*options.user))
        ::_exit(1);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);  // credentials that change undo it
    const BrowserCounts counts = Keeper{std::move(options), leash, line}.run();
    ::send(leash, &counts, sizeof counts, MSG_NOSIGNAL);
    ::_exit(0);
}

}  // namespace

std::expected<BrowserKeeper, RunError> BrowserKeeper::start(BrowserOptions options)
{
    auto leash = make_control();
    if (!leash)
        return std::unexpected(leash.error());
    auto line = make_control();
    if (!line)
        return std::unexpected(line.error());
    const pid_t process = ::fork();
    if (process < 0)
        return std::unexpected(step_failed("fork", last_error()));
    if (process == 0) {
        leash->caller.reset();
        line->other.reset();
        keep(options, leash->other.get(), line->caller.get());
    }
    return BrowserKeeper{ChildProcess{process}, std::move(leash->caller), std::move(line->other)};
}

std::optional<BrowserCounts> BrowserKeeper::finish()
{
    ::shutdown(leash_.get(), SHUT_WR);
    BrowserCounts counts;
    if (::recv(leash_.get(), &counts, sizeof counts, MSG_WAITALL) != static_cast<ssize_t>(sizeof counts))
        return std::nullopt;
    return counts;
}

}  // namespace waybill
