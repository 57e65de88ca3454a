#include "tests/attribution/processes.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include "tests/attribution/checked.h"
#include "tests/attribution/sending.h"

namespace {

/// Where the cgroup v2 hierarchy is mounted (proc_pid_mountinfo(5)), and this process's place in it.
std::string own_cgroup()
{
    std::string folder;
    std::ifstream mounts{"/proc/self/mountinfo"};
    for (std::string line; folder.empty() && std::getline(mounts, line);) {
        std::istringstream fields{line};
        for (int number = 0; line.contains(" - cgroup2 ") && number < 5; ++number)
            fields >> folder;
    }
    std::ifstream cgroups{"/proc/self/cgroup"};
    for (std::string line; std::getline(cgroups, line);)
        if (line.starts_with("0::"))
            return folder + line.substr(3);
    errno = ENOSYS;
    stop("cgroup v2");
}

/// A cgroup below this process's, gone with this object.
class NestedCgroup {
public:
    NestedCgroup() { checked(::mkdir(path_.c_str(), 0755), "make a cgroup"); }
    NestedCgroup(const NestedCgroup&) = delete;
    NestedCgroup& operator=(const NestedCgroup&) = delete;
    NestedCgroup(NestedCgroup&&) = delete;
    NestedCgroup& operator=(NestedCgroup&&) = delete;
    ~NestedCgroup() { ::rmdir(path_.c_str()); }

    void join() const
    {
        const auto processes =
            static_cast<int>(checked(::open((path_ + "/cgroup.procs").c_str(), O_WRONLY), "open a cgroup"));
        checked(::write(processes, "0", 1), "join a cgroup");
        ::close(processes);
    }

private:
    std::string path_ = own_cgroup() + "/container-" + std::to_string(::getpid());
};

int status_of(pid_t child)
{
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

bool shell(const std::string& commands)
{
    return std::system(("set -e; " + commands).c_str()) == 0;
}

/// What a container does once everything is there.
[[noreturn]] void contained(const Place& place)
{
    tcp(place, 500);
    udp_unconnected(place);
    ::_exit(0);
}

void wait_for_octet(int descriptor)
{
    char octet = 0;
    if (::read(descriptor, &octet, 1) != 1)
        ::_exit(unsupported);
}

/// A process with that number, or a copy of this one with the next where the kernel does not let this one choose.
pid_t fork_as(pid_t number)
{
    clone_args arguments{};
    arguments.exit_signal = SIGCHLD;
    arguments.set_tid = reinterpret_cast<std::uint64_t>(&number);
    arguments.set_tid_size = 1;
    const long child = ::syscall(SYS_clone3, &arguments, sizeof arguments);
    if (child >= 0 || errno != EPERM)
        return static_cast<pid_t>(checked(child, "clone3"));
    const std::filesystem::path wanted = "number-wanted";
    std::ofstream{"number-noted"} << number << "\n";
    std::filesystem::rename("number-noted", wanted);
    for (int tries = 0; tries < 1000 && std::filesystem::exists(wanted); ++tries)
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    if (std::filesystem::remove(wanted)) {
        errno = EPERM;
        stop("choose a number");
    }
    return static_cast<pid_t>(checked(::fork(), "fork"));
}

}  // namespace

void nested_cgroup(const Place& place)
{
    int status = 0;
    {
        const NestedCgroup cgroup;
        const pid_t child = ::fork();
        if (child == 0) {
            cgroup.join();
            contained(place);
        }
        status = status_of(child);
    }
    if (status != 0)
        std::exit(status);
}

void nested_network(const Place& place)
{
    int status = 0;
    {
        const NestedCgroup cgroup;
        std::array<int, 2> apart{};
        std::array<int, 2> joined{};
        checked(::pipe(apart.data()), "pipe");
        checked(::pipe(joined.data()), "pipe");
        const pid_t child = ::fork();
        if (child == 0) {
            ::close(joined[1]);
            cgroup.join();
            checked(::unshare(CLONE_NEWNET), "a network namespace");
            checked(::write(apart[1], "", 1), "write");
            wait_for_octet(joined[0]);
            if (!shell("ip address add 203.0.113.2/30 dev inner; ip link set inner up; ip route add default via "
                       "203.0.113.1"))
                ::_exit(1);
            contained(place);
        }
        ::close(apart[1]);
        char octet = 0;
        if (::read(apart[0], &octet, 1) == 1 &&
            shell("ip link add outer type veth peer name inner netns " + std::to_string(child) +
                  "; ip address add 203.0.113.1/30 dev outer; ip link set outer up"))
            checked(::write(joined[1], "", 1), "write");
        ::close(joined[1]);
        status = status_of(child);
    }
    if (status != 0)
        std::exit(status);
}

void udp_bound(const Place& place)
{
    const int socket = make_socket(place, SOCK_DGRAM);
    Address local = address_of({"0.0.0.0", static_cast<std::uint16_t>(place.port + 20'000)});
    checked(::bind(socket, local.get(), local.length), "bind");
    Address remote = address_of(place);
    checked(::sendto(socket, payload.data(), 300, 0, remote.get(), remote.length), "sendto");
    say(IPPROTO_UDP, local_port(socket), place.port, std::to_string(::getpid()) + "@" + program_invocation_short_name,
        datagrams(place, 1, 300));
}

void number_again(const Place& place)
{
    const pid_t first = ::fork();
    if (first == 0) {
        udp_bound(place);
        ::_exit(0);
    }
    status_of(first);
    for (int tries = 0; tries < 20; ++tries) {
        const pid_t second = fork_as(first);
        if (second == 0 && ::getpid() == first) {
            const std::string port = std::to_string(place.port);
            ::execl("/proc/self/exe", "traffic-again", "udp-bound", place.address.c_str(), port.c_str(), nullptr);
            stop("execl");
        }
        if (second == 0)
            ::_exit(0);
        if (const int status = status_of(second); second == first)
            std::exit(status);
    }
    errno = EAGAIN;
    stop("get the number again");
}
