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

// Ours: who signs in needs one or two addresses, of a port each, and browsers open six connections to a host at once.
constexpr std::uint32_t most_addresses = 16;
constexpr std::uint32_t most_refusals_told = 8;
constexpr std::size_t most_ports = 8;
constexpr std::size_t most_relays = 64;
constexpr int tick = 100;                          // milliseconds, while a browser or a relay runs
constexpr int longest_answer = 2000;               // milliseconds, of the supervisor
constexpr std::chrono::seconds longest_launch{5};  // for xdg-open to find that there is no browser
constexpr std::size_t longest_line = 2 * AskedAddress::most_octets;
constexpr char ready = 'r';
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
    struct sigaction by_default{};
    by_default.sa_handler = SIG_DFL;
    ::sigaction(SIGPIPE, &by_default, nullptr);
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
        for (const char octet : std::string_view{octets.data(), static_cast<std::size_t>(count)}) {
            if (octet == '\n') {
                take(text_);
                text_.clear();
            } else if (text_.size() < longest_line) {  // what is longer is no address, and refused at its end
                text_ += octet;
            }
        }
    }

    void take(const std::string& line)
    {
        const auto asked = read_asked_address(line);
        if (!asked || attempts_ == most_addresses)
            return refuse(asked ? "the command asks for more addresses than can be meant: not opened"
                                : "the command asks to have opened what is no web address: not opened");
        ++attempts_;
        for (const std::uint16_t port : asked->ports)
            forward(Port{port});
        mark(asked->is_sign_in ? mark_of_sign_in : mark_of_browser);
        const auto command = options_.starts_browser ? browser_command(asked->address) : std::vector<std::string>{};
        if (command.empty())
            return show(*asked);
        const pid_t browser = ::fork();
        if (browser == 0)
            become_browser(command, options_.user);
        if (browser < 0)
            return show(*asked);
        ++counts_.opened;
        say(fmt::format("the command has {} opened in this host's browser, which is not recorded", asked->host));
        launches_.push_back({browser, *asked, std::chrono::steady_clock::now() + longest_launch});
    }

    void mark(std::string_view line)
    {
        if (options_.marks && ::write(options_.marks.get(), line.data(), line.size()) < 0)
            ++counts_.marks_missed;
    }

    void refuse(const std::string& why)
    {
        ++counts_.refused;
        if (counts_.refused <= most_refusals_told)
            say(why);
        if (counts_.refused == most_refusals_told)
            say("further addresses that are not opened are counted in the report alone");
    }

    /// To be copied: where nobody looks it would only be kept.
    void show(const AskedAddress& asked)
    {
        if (::isatty(STDERR_FILENO) == 0)
            return refuse(
                fmt::format("the command asks to have {} opened in a browser, and there is none: set BROWSER, "
                            "or run in a terminal to see the address",
                            asked.host));
        ++counts_.shown;
        say("the command asks to have this opened in a browser: " + asked.address);
    }

    void forward(Port port)
    {
        if (std::ranges::find(forwardings_, port, &Forwarding::port) != forwardings_.end())
            return;
        Forwarding forwarding{port, {}};
        const bool has_room = forwardings_.size() < most_ports;
        const std::error_code problem = has_room ? listen_at(forwarding) : std::error_code{};
        if (has_room && !problem) {
            forwardings_.push_back(std::move(forwarding));
            return;
        }
        ++counts_.ports_missed;
        say(fmt::format("the browser's answer to port {} will not reach the command: {}", number(port),
                        has_room ? problem.message() : "the run has as many ports of the host as it may have"));
    }

    /// By both versions of IP, or not at all: whoever uses a port by one of them is left alone.
    static std::error_code listen_at(Forwarding& forwarding)
    {
        for (const IpVersion version : {IpVersion::v4, IpVersion::v6}) {
            auto listener = listen_on_loopback(version, forwarding.port);
            if (listener)
                forwarding.listeners.push_back(*std::move(listener));
            else if (version == IpVersion::v4 || listener.error() == std::errc::address_in_use)
                return listener.error();
        }
        return {};
    }

    void accept_all()
    {
        for (const Forwarding& forwarding : forwardings_)
            for (const FileDescriptor& listener : forwarding.listeners) {
                const FileDescriptor outside{::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC)};
                if (outside)
                    ++(pass_inside(outside, forwarding.port) ? counts_.connections : counts_.not_passed);
            }
    }

    /// False where nobody listens inside: then it is ended, as it would be without a network between.
    bool pass_inside(const FileDescriptor& outside, Port port)
    {
        const FileDescriptor inside = relays_.size() < most_relays ? connect_inside(port) : FileDescriptor{};
        const pid_t process = inside ? relay(outside, inside) : -1;
        if (process > 0)
            relays_.push_back(process);
        return process > 0;
    }

    FileDescriptor connect_inside(Port port)
    {
        const std::uint16_t asked = number(port);
        while (owed_ > 0)  // an answer that comes too late is not the next one's
            if (!next_answer())
                return {};
        if (line_is_over_ || ::send(line_, &asked, sizeof asked, MSG_NOSIGNAL) != sizeof asked)
            return {};
        ++owed_;
        auto answer = next_answer();
        return answer ? *std::move(answer) : FileDescriptor{};
    }

    /// Nothing where none comes in time, as of a run that stands still.
    std::optional<FileDescriptor> next_answer()
    {
        pollfd waited{line_, POLLIN, 0};
        if (line_is_over_ || ::poll(&waited, 1, longest_answer) <= 0)
            return std::nullopt;
        --owed_;
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
        std::erase_if(relays_, [](pid_t relay) { return ::waitpid(relay, nullptr, WNOHANG) != 0; });
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
    std::uint32_t attempts_ = 0;  // addresses that were taken, whatever became of them
    std::uint32_t owed_ = 0;      // answers of the supervisor that are still to come
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
    struct sigaction ignored{};
    ignored.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignored, nullptr);  // nobody reads stderr any more
    if (options.user && become_wholly(*options.user))
        ::_exit(1);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);  // credentials that change undo it
    ::send(leash, &ready, sizeof ready, MSG_NOSIGNAL);
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
    leash->other.reset();
    line->caller.reset();
    BrowserKeeper keeper{ChildProcess{process}, std::move(leash->caller), std::move(line->other)};
    char word = 0;
    if (::recv(keeper.leash_.get(), &word, sizeof word, 0) != sizeof word)
        return std::unexpected(RunError{RunError::Kind::internal, "it cannot become the browser's user"});
    return keeper;
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
