// Processes that leave the watched cgroup, and what is told when the kernel's tables are full.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <functional>
#include <set>
#include <vector>

#include "capture/owner/cgroup.h"
#include "tests/capture/watched_program.h"
#include "tests/support/socket_address.h"

using namespace waybill;
using test::loopback;
using test::make_socket;
using test::Watched;

namespace {

/// Another cgroup, beside the watched one or within it; gone with this object.
Cgroup cgroup_at(const std::filesystem::path& folder)
{
    auto made = Cgroup::create(folder);
    REQUIRE(made);
    return *std::move(made);
}

std::filesystem::path place_beside()
{
    return *place_of_cgroup("waybill-test-beside-" + std::to_string(::getpid()));
}

int ended(pid_t child)
{
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

int in_child(const std::function<int()>& work)
{
    const pid_t child = ::fork();
    if (child == 0)
        ::_exit(work());
    return ended(child);
}

/// A child that begins in another cgroup than this process's.
int in_child_there(const Cgroup& cgroup)
{
    clone_args arguments{};
    arguments.flags = CLONE_INTO_CGROUP;
    arguments.exit_signal = SIGCHLD;
    arguments.cgroup = static_cast<__u64>(cgroup.descriptor());
    const long child = ::syscall(SYS_clone3, &arguments, sizeof arguments);
    if (child == 0)
        ::_exit(0);
    return child < 0 ? 254 : ended(static_cast<pid_t>(child));
}

/// Those that left, as the kernel tells it.
std::vector<ProcessKey> left(const Watched& watched)
{
    std::vector<ProcessKey> found;
    for (const auto& [event, what] : watched.all<ProcessLeft>())
        found.push_back(event.subject);
    return found;
}

void send_to(const FileDescriptor& socket, std::uint16_t port)
{
    sockaddr_in address = loopback(port);
    ::sendto(socket.get(), "x", 1, 0, test::as_sockaddr(address), sizeof address);
}

}  // namespace

TEST_CASE("a process that leaves the watched cgroup is told once, what it starts there is not")
{
    Watched watched;
    if (!watched.permitted())
        return;
    const Cgroup beside = cgroup_at(place_beside());
    const auto leave = [&beside] { return beside.join() ? 1 : 0; };
    REQUIRE(watched.run([&] {
        return in_child([&] { return leave() + leave() + in_child([] { return 0; }); }) +
               in_child([&] { return leave(); }) + in_child([] { return 0; });
    }) == 0);
    const auto forks = watched.all<ProcessForked>();
    REQUIRE(forks.size() == 4);
    CHECK(left(watched) == std::vector{forks[0].second.child, forks[2].second.child});
}

TEST_CASE("a process that another one moves out, and a child that begins elsewhere, have left too")
{
    Watched watched;
    if (!watched.permitted())
        return;
    const Cgroup beside = cgroup_at(place_beside());
    const auto move = [&beside](pid_t process) {
        const FileDescriptor processes{::openat(beside.descriptor(), "cgroup.procs", O_WRONLY | O_CLOEXEC)};
        const std::string number = std::to_string(process);
        return ::write(processes.get(), number.data(), number.size()) > 0;
    };
    REQUIRE(watched.run([&] {
        const pid_t waiting = ::fork();
        if (waiting == 0) {
            ::pause();
            ::_exit(0);
        }
        const bool is_moved = move(waiting);
        ::kill(waiting, SIGKILL);
        ended(waiting);
        return is_moved ? in_child_there(beside) : 1;
    }) == 0);
    const auto forks = watched.all<ProcessForked>();
    REQUIRE(forks.size() == 2);
    CHECK(left(watched) == std::vector{forks[0].second.child, forks[1].second.child});
}

TEST_CASE("who goes into a cgroup within the watched one, and who was never in it, leaves nothing")
{
    Watched watched;
    if (!watched.permitted())
        return;
    const Cgroup within = cgroup_at(*place_of_cgroup("waybill-test-" + std::to_string(::getpid())) / "within");
    const Cgroup beside = cgroup_at(place_beside());
    REQUIRE(in_child([&] { return beside.join() ? 1 : 0; }) == 0);
    REQUIRE(watched.run([&] { return in_child([&] { return within.join() ? 1 : 0; }) + in_child_there(within); }) == 0);
    CHECK(left(watched).empty());
}

TEST_CASE("processes for which the kernel has no room are counted")
{
    constexpr std::uint32_t room = 4;
    constexpr std::uint32_t children = 9;
    Watched watched{0, room};
    if (!watched.permitted())
        return;
    REQUIRE(watched.run([] {
        std::vector<pid_t> waiting;
        for (std::uint32_t child = 0; child < children; ++child) {
            waiting.push_back(::fork());
            if (waiting.back() == 0) {
                ::pause();
                ::_exit(0);
            }
        }
        for (const pid_t process : waiting) {
            ::kill(process, SIGKILL);
            ended(process);
        }
        return 0;
    }) == 0);
    CHECK(watched.owners().losses().processes == 1 + children - room);
    CHECK(watched.all<ProcessForked>().size() == children);
}

TEST_CASE("with room for one in each table what was told is told again, and every user and remote end is among it")
{
    constexpr std::uint16_t ends = 5;
    Watched watched{0, 1};
    if (!watched.permitted())
        return;
    REQUIRE(watched.run([] {
        const FileDescriptor many = make_socket(AF_INET, SOCK_DGRAM);
        for (std::uint16_t port = 1; port <= 2 * ends; ++port)
            send_to(many, static_cast<std::uint16_t>(9000 + port % ends));
        const FileDescriptor connected = make_socket(AF_INET, SOCK_DGRAM);
        sockaddr_in address = loopback(9);
        ::connect(connected.get(), test::as_sockaddr(address), sizeof address);
        int failed = 0;
        for (int child = 0; child < ends; ++child)
            failed += in_child([&connected] {
                ::send(connected.get(), "x", 1, 0);
                return 0;
            });
        return failed;
    }) == 0);
    std::set<Port> ports;
    for (const auto& [event, flow] : watched.all<SocketFlow>())
        ports.insert(flow.remote.port);
    CHECK(ports.size() == ends + 1);
    std::set<ProcessKey> users;
    for (const auto& [event, used] : watched.all<SocketUsed>()) {
        users.insert(event.subject);
        CHECK_FALSE(used.was_used);  // who connected it never used it
    }
    CHECK(users.size() == ends);
}

TEST_CASE("a socket that has no room for what is known of it is counted, once")
{
    Watched watched;
    if (!watched.permitted())
        return;
    constexpr int not_here = 90;
    const int status = watched.run([] {
        const FileDescriptor most{::open("/proc/sys/net/core/optmem_max", O_WRONLY | O_CLOEXEC)};
        if (!most || ::write(most.get(), "1", 1) != 1)
            return not_here;
        const FileDescriptor socket = make_socket(AF_INET, SOCK_DGRAM);
        for (int datagrams = 0; datagrams < 3; ++datagrams)
            send_to(socket, 9);
        return 0;
    });
    if (status == not_here) {
        MESSAGE("skipped: this kernel has no optmem_max of a network namespace's own (Linux 6.7)");
        return;
    }
    REQUIRE(status == 0);
    CHECK(watched.owners().losses().sockets == 1);
}
