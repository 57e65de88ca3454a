#include "capture/network/uplink.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

#include "base/last_error.h"

namespace waybill::contained {
namespace {

namespace fs = std::filesystem;

constexpr const char* tun_device = "/dev/net/tun";
constexpr std::string_view relayed_resolver = "10.0.2.3";  // slirp4netns(1), its own network
constexpr std::size_t most_words = 4096;
constexpr int mtu = 1500;  // packets as a wire carries them

RunError missing(std::string message)
{
    return {RunError::Kind::not_permitted, std::move(message)};
}

/// Where a program is, as a shell looks.
std::optional<fs::path> find_program(std::string_view name)
{
    const char* const search = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): one thread
    std::istringstream folders{search != nullptr ? search : "/usr/bin:/bin"};
    for (std::string folder; std::getline(folders, folder, ':');) {
        fs::path path = fs::path{folder} / name;
        if (::access(path.c_str(), X_OK) == 0 && fs::is_regular_file(path))
            return path;
    }
    return std::nullopt;
}

std::optional<RunError> look_at_tun()
{
    const FileDescriptor device{::open(tun_device, O_RDWR | O_CLOEXEC)};
    if (device)
        return std::nullopt;
    return missing(
        fmt::format("--network isolated needs {}, which cannot be opened: {}; most systems have it open to "
                    "all users (chmod 0666 {}, or modprobe tun where there is none); --network sinkhole "
                    "needs none",
                    tun_device, last_error().message(), tun_device));
}

std::string resolv_conf_for(UplinkKind kind, const HostResolver& resolver)
{
    std::string text;
    if (kind == UplinkKind::slirp4netns)
        text = fmt::format("nameserver {}\n", relayed_resolver);
    else
        for (const IpAddress& server : resolver.servers)
            text += fmt::format("nameserver {}\n", server.text());
    for (const std::string& line : resolver.lines)
        text += line + "\n";
    return text;
}

std::vector<std::string> arguments_for(const UplinkChoice& choice, pid_t target)
{
    const std::string process = std::to_string(target);
    const std::string octets = std::to_string(mtu);
    if (choice.kind == UplinkKind::slirp4netns)
        return {choice.program.string(),   "--configure", "--mtu=" + octets,
                "--disable-host-loopback", process,       Uplink::interface_name};
    std::vector<std::string> arguments{
        choice.program.string(), "--foreground",         "--stderr", "--quiet", "--config-net",
        "--ns-ifname",           Uplink::interface_name, "--mtu",    octets};
    for (const char* forwarding : {"--tcp-ports", "--udp-ports", "--tcp-ns", "--udp-ns"})  // nothing of the host's
        arguments.insert(arguments.end(), {forwarding, "none"});
    // It answers neighbour solicitations, without which no IPv6 packet would find the gateway.
    arguments.insert(arguments.end(), {"--no-map-gw", "--no-dhcp", "--no-dhcpv6", "--no-ra"});
    if (::geteuid() == 0)
        arguments.insert(arguments.end(), {"--runas", "0"});  // as another it could not look at the namespace
    arguments.push_back(process);
    return arguments;
}

/// Many sockets: one for each of the command's.
void raise_open_files()
{
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

[[noreturn]] void execute(std::vector<std::string> arguments, int words)
{
    std::vector<char*> pointers;
    pointers.reserve(arguments.size() + 1);
    for (std::string& argument : arguments)
        pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    const int nothing = ::open("/dev/null", O_RDWR);
    if (nothing < 0)
        ::_exit(127);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(nothing, STDOUT_FILENO);
    ::dup2(words, STDERR_FILENO);
    raise_open_files();
    ::execv(pointers.front(), pointers.data());
    ::_exit(127);
}

/// Leaves the process nothing of the caller's but two descriptors.
void forget_caller(int leash, int words)
{
    ::setsid();
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    close_all_but({STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO, leash, words});
}

/// The life of the process between the caller and the uplink: it ends the uplink when the caller lets go, or dies.
/// The uplink itself could not be told to die with the caller, for that wish goes with the change of namespaces.
[[noreturn]] void keep(const std::vector<std::string>& arguments, int leash, int words)
{
    forget_caller(leash, words);
    const pid_t uplink = ::fork();
    if (uplink == 0) {
        ::close(leash);
        execute(arguments, words);
    }
    ::close(words);
    const FileDescriptor end{static_cast<int>(::syscall(SYS_pidfd_open, uplink, 0))};
    std::array<pollfd, 2> waited{pollfd{leash, POLLIN, 0}, pollfd{end.get(), POLLIN, 0}};
    while (::poll(waited.data(), waited.size(), -1) < 0)  // ends with either
        continue;
    ::kill(uplink, SIGKILL);
    ::waitpid(uplink, nullptr, 0);
    ::_exit(0);
}

/// Whether a table of routes (proc_net(5)) has a line with a destination that stands for all, but for the kernel's own
/// over the loopback interface.
bool has_route(const char* table, std::string_view destination)
{
    std::ifstream file{table};
    for (std::string line; std::getline(file, line);)
        if (line.contains(destination) && !line.starts_with("lo\t") && !line.ends_with(" lo"))
            return true;
    return false;
}

}  // namespace

std::expected<UplinkChoice, RunError> choose_uplink(const std::optional<UplinkKind>& wanted,
                                                    const HostResolver& resolver)
{
    if (const auto closed = look_at_tun())
        return std::unexpected(*closed);
    for (const UplinkKind kind : {UplinkKind::pasta, UplinkKind::slirp4netns}) {
        if (wanted && *wanted != kind)
            continue;
        if (!wanted && kind == UplinkKind::pasta && resolver.servers.empty() && resolver.is_local)
            continue;  // it would not reach the resolver
        if (auto program = find_program(text(kind)))
            return UplinkChoice{kind, *std::move(program), resolv_conf_for(kind, resolver)};
    }
    const std::string names = wanted ? std::string{text(*wanted)} : "pasta (package passt) or slirp4netns";
    return std::unexpected(missing(fmt::format(
        "--network isolated needs {}, which this host does not have; apt install passt slirp4netns; --network sinkhole "
        "and --network host, as root, need neither",
        names)));
}

std::expected<Uplink, RunError> Uplink::start(const UplinkChoice& choice, pid_t target)
{
    std::array<int, 2> leash{};
    std::array<int, 2> words{};
    if (::pipe2(leash.data(), O_CLOEXEC) != 0)
        return std::unexpected(step_failed("make a pipe", last_error()));
    const FileDescriptor leash_read{leash.at(0)};
    FileDescriptor leash_write{leash.at(1)};
    if (::pipe2(words.data(), O_CLOEXEC | O_NONBLOCK) != 0)
        return std::unexpected(step_failed("make a pipe", last_error()));
    FileDescriptor words_read{words.at(0)};
    const FileDescriptor words_write{words.at(1)};
    const auto arguments = arguments_for(choice, target);
    const pid_t keeper = ::fork();
    if (keeper < 0)
        return std::unexpected(step_failed("fork", last_error()));
    if (keeper == 0)
        keep(arguments, leash_read.get(), words_write.get());
    return Uplink{ChildProcess{keeper}, std::move(leash_write), std::move(words_read)};
}

bool Uplink::listen()
{
    std::array<char, most_words> buffer{};
    while (true) {  // ends when nothing is there any more
        const ssize_t count = ::read(words_end_.get(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return count < 0;
        words_.append(buffer.data(),
                      std::min(static_cast<std::size_t>(count), most_words - std::min(most_words, words_.size())));
    }
}

DefaultRoutes read_default_routes()
{
    return {has_route("/proc/self/net/route", "\t00000000\t"),
            has_route("/proc/self/net/ipv6_route",
                      "00000000000000000000000000000000 00 00000000000000000000000000000000 00 ")};
}

DefaultRoutes routes_over(UplinkKind kind, const DefaultRoutes& host)
{
    return kind == UplinkKind::pasta ? host : DefaultRoutes{true, false};
}

}  // namespace waybill::contained
