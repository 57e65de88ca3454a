// Runs in a sinkhole for real, as this user and, for root, as an ordinary one too.
#include "capture/network/contained_run.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "capture/fresh_home.h"
#include "capture/live.h"
#include "capture/network/interface.h"
#include "capture/network/rtnetlink.h"
#include "capture/network/sockets.h"
#include "capture/reader/open_capture.h"
#include "tests/support/socket_address.h"

using namespace waybill;
using namespace waybill::contained;

namespace {

constexpr id_t ordinary = 65534;

/// Whether this host permits it; says why not, so that a skipped test is never a silent one.
bool permitted()
{
    const auto possible = probe_contained();
    if (!possible)
        MESSAGE("skipped: ", possible.error().message);
    return possible.has_value();
}

std::string this_program()
{
    return std::filesystem::read_symlink("/proc/self/exe").string();
}

/// A folder that anyone may write to, gone at the end.
class Scratch {
public:
    Scratch()
    {
        REQUIRE(::mkdtemp(path_.data()) != nullptr);
        ::chmod(path_.c_str(), 0777);
    }
    Scratch(const Scratch&) = delete;
    Scratch(Scratch&&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    Scratch& operator=(Scratch&&) = delete;
    ~Scratch()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    std::filesystem::path operator/(const char* name) const { return std::filesystem::path{path_} / name; }
    const std::string& path() const { return path_; }

private:
    std::string path_ = "/tmp/waybill-test-XXXXXX";
};

ContainedOptions options(const Scratch& scratch, std::vector<std::string> command)
{
    ContainedOptions made;
    made.command = std::move(command);
    made.packets_file = scratch / "packets.pcapng";
    made.linger = std::chrono::milliseconds{300};
    return made;
}

ContainedResult run(const ContainedOptions& chosen)
{
    auto result = run_contained(chosen);
    if (!result)
        FAIL(result.error().message);
    return *std::move(result);
}

std::uint64_t packets_in(const std::filesystem::path& file, std::string_view sought, std::uint64_t& with_sought)
{
    const std::array inputs{file};
    const auto source = open_capture(inputs);
    REQUIRE(source.has_value());
    std::uint64_t count = 0;
    Timestamp last{};
    for (;;) {
        const auto packet = (*source)->next();
        REQUIRE(packet.has_value());
        if (!*packet)
            return count;
        CHECK((*packet)->time >= last);
        last = (*packet)->time;
        ++count;
        with_sought += as_text((*packet)->octets).contains(sought) ? 1U : 0U;
    }
}

/// Asks for a skipped case of this program in a process of its own; as an ordinary user if `user` says so.
int run_case(const char* name, id_t user)
{
    const std::string program = this_program();
    const std::string filter = fmt::format("--test-case={}", name);
    const pid_t child = ::fork();
    if (child == 0) {
        if (user != 0 && (::setresgid(user, user, user) != 0 || ::setresuid(user, user, user) != 0))
            ::_exit(99);
        ::execl(program.c_str(), program.c_str(), "--no-skip", filter.c_str(), "--no-version", "--minimal", nullptr);
        ::_exit(98);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void write_map(const char* path, const std::string& text)
{
    std::ofstream file{path};
    file << text;
    REQUIRE(file.flush().good());
}

/// Makes a machine out of this process: a network of its own with an uplink, up0, on which nobody else speaks.
void become_a_host()
{
    const uid_t uid = ::getuid();
    const gid_t gid = ::getgid();
    if (uid == 0) {
        REQUIRE(::unshare(CLONE_NEWNET) == 0);
    } else {
        REQUIRE(::unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0);
        write_map("/proc/self/setgroups", "deny");
        write_map("/proc/self/uid_map", fmt::format("{} {} 1", uid, uid));
        write_map("/proc/self/gid_map", fmt::format("{} {} 1", gid, gid));
    }
    const FileDescriptor own{::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)};
    RouteNetlink netlink;
    REQUIRE_FALSE(netlink.add_veth("up0", "up1", own.get()));
    for (const char* name : {"up0", "up1"}) {
        set_network_setting(fmt::format("ipv6/conf/{}/addr_gen_mode", name), "1");
        REQUIRE_FALSE(bring_up(name, Neighbours::none));
    }
    REQUIRE_FALSE(bring_up("lo", Neighbours::resolved));
    const unsigned uplink = ::if_nametoindex("up0");
    REQUIRE_FALSE(netlink.add_address(uplink, "192.0.2.1/24"));
    REQUIRE_FALSE(netlink.add_route({"0.0.0.0/0", RTN_UNICAST, RT_TABLE_MAIN, uplink, "192.0.2.254"}));
}

LiveCapture watch(const char* interface_name)
{
    LiveOptions chosen;
    chosen.interface_name = interface_name;
    auto live = LiveCapture::open(chosen);
    if (!live)
        FAIL(live.error());
    return *std::move(live);
}

/// Packets so far, the kernel's hold time waited for.
std::uint64_t seen(LiveCapture& live)
{
    std::uint64_t count = 0;
    for (int quiet = 0; quiet < 5;) {
        const auto read = live.read([](const Packet&) {});
        REQUIRE(read.has_value());
        count += static_cast<std::uint64_t>(*read);
        quiet = *read == 0 ? quiet + 1 : 0;
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    return count;
}

FileDescriptor unix_listener(const std::string& path, std::size_t start)
{
    FileDescriptor listener{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(&address.sun_path[start], sizeof address.sun_path - 2);
    REQUIRE(::bind(listener.get(), test::as_sockaddr(address), sizeof address) == 0);
    REQUIRE(::listen(listener.get(), 1) == 0);
    return listener;
}

bool nobody_came(const FileDescriptor& listener)
{
    return ::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC) == -1 && errno == EAGAIN;
}

void set_variable(const char* name, const std::string& value)
{
    REQUIRE(::setenv(name, value.c_str(), 1) == 0);
}

}  // namespace

TEST_CASE("on a host of its own: nothing of a run in the sinkhole reaches the host's network" * doctest::skip())
{
    become_a_host();
    const Scratch scratch;
    LiveCapture uplink = watch("up0");
    LiveCapture loopback = watch("lo");
    const FileDescriptor web = listen_tcp(IpVersion::v4, Port{0}).value();
    const FileDescriptor daemon = unix_listener((scratch / "daemon").string(), 0);
    const FileDescriptor abstract = unix_listener("waybill-test", 1);
    const FileDescriptor inherited{
        ::socket(AF_INET, SOCK_STREAM, 0)};  // not close-on-exec, as careless programs have it
    std::filesystem::current_path(scratch.path());
    set_variable("WAYBILL_TEST_FOLDER", scratch.path());
    set_variable("WAYBILL_TEST_PORT", std::to_string(number(local_port(web.get()))));
    set_variable("WAYBILL_TEST_UID", std::to_string(::getuid()));
    set_variable("WAYBILL_TEST_DESCRIPTOR", std::to_string(inherited.get()));
    set_variable("SSH_AUTH_SOCK", "/nowhere");

    auto chosen = options(scratch, {this_program(), "--no-skip", "--test-case=inside a sinkhole:*", "--no-version"});
    const auto home = FreshHome::make(scratch.path(), {});
    REQUIRE(home.has_value());
    chosen.fresh_home = home->path();
    const ContainedResult result = run(chosen);

    CHECK(result.command.exit_status == 0);
    CHECK(result.has_ipv6);
    CHECK(result.removed_environment == std::vector<std::string>{"SSH_AUTH_SOCK"});
    CHECK(result.covered_sockets == std::vector<std::string>{(scratch / "daemon").string()});
    CHECK(result.gaps.empty());
    CHECK(result.counts.tcp_connections == 9);
    CHECK(result.counts.datagrams == 5);
    CHECK(result.names.size() == 2);
    CHECK(nobody_came(web));
    CHECK(nobody_came(daemon));
    CHECK(nobody_came(abstract));
    CHECK(seen(uplink) == 0);
    CHECK(seen(loopback) == 0);

    // The recording has every packet once, in the order of time, on both interfaces, and the watch does see packets.
    std::uint64_t naming = 0;
    std::uint64_t written = 0;
    for (const RecordedInterface& interface : result.interfaces) {
        CHECK(interface.written == interface.statistics.received);
        CHECK(interface.statistics.dropped == 0);
        CHECK(interface.written > 0);
        written += interface.written;
    }
    CHECK(packets_in(chosen.packets_file, "\3www\7example\3com", naming) == written);
    CHECK(naming >= 2 * (2 + 6 + 3));  // questions and answers: by name, over UDP, over TCP
    const FileDescriptor control = bind_udp(IpVersion::v4, Port{0}).value();
    sockaddr_in elsewhere{};
    elsewhere.sin_family = AF_INET;
    elsewhere.sin_port = htons(9);
    elsewhere.sin_addr.s_addr = htonl(0xc6336401);  // 198.51.100.1
    REQUIRE(::sendto(control.get(), "x", 1, 0, test::as_sockaddr(elsewhere), sizeof elsewhere) == 1);
    CHECK(seen(uplink) > 0);
}

TEST_CASE("nothing of a run in the sinkhole reaches the host's network, whoever runs it")
{
    if (!permitted())
        return;
    CHECK(run_case("on a host of its own: nothing*", ::getuid()) == 0);
    if (::getuid() == 0 && ::access(this_program().c_str(), X_OK) == 0)
        CHECK(run_case("on a host of its own: nothing*", ordinary) == 0);
}

TEST_CASE("the command's end is told as a shell tells it")
{
    if (!permitted())
        return;
    struct Row {
        std::vector<std::string> command;
        int status;
        std::optional<int> signal;
    };
    const Row rows[] = {
        {{"sh", "-c", "exit 7"}, 7, {}},
        {{"sh", "-c", "kill -9 $$"}, 137, SIGKILL},
        {{"/nowhere/command"}, 127, {}},
        {{"/etc/passwd"}, 126, {}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.command.back());
        const Scratch scratch;
        const CommandEnd end = run(options(scratch, row.command)).command;
        CHECK(end.exit_status == row.status);
        CHECK(end.signal == row.signal);
        CHECK(end.not_executed.has_value() == (row.command.size() == 1));
    }
}

TEST_CASE("what a command leaves behind may linger, then it is ended and counted")
{
    if (!permitted())
        return;
    const Scratch scratch;
    const ContainedResult result = run(options(scratch, {"sh", "-c", "sleep 1000 & setsid sleep 1000 & exit 3"}));
    CHECK(result.command.exit_status == 3);
    CHECK(result.killed_processes == 2);
    CHECK(result.ended - result.command_ended >= std::chrono::milliseconds{300});
    const Scratch other;
    CHECK(run(options(other, {"sh", "-c", "(sleep 0.1; true) & exit 0"})).killed_processes == 0);
}

TEST_CASE("a packet file that exists is not touched")
{
    const Scratch scratch;
    auto chosen = options(scratch, {"true"});
    std::ofstream{chosen.packets_file} << "kept";
    const auto file_exists = run_contained(chosen);
    REQUIRE_FALSE(file_exists.has_value());
    CHECK(file_exists.error().kind == RunError::Kind::cannot_create);
    CHECK(std::filesystem::file_size(chosen.packets_file) == 4);
}

TEST_CASE("a trimmer decides what is recorded of a packet")
{
    if (!permitted())
        return;
    const Scratch scratch;
    auto chosen = options(scratch, {"getent", "hosts", "www.example.com"});
    chosen.trimmer = [](const Packet&) { return TrimResult{20, "waybill/1 cut"}; };
    run(chosen);
    const std::array inputs{chosen.packets_file};
    const auto source = open_capture(inputs);
    REQUIRE(source.has_value());
    const auto packet = (*source)->next();
    REQUIRE(packet.has_value());
    REQUIRE(*packet != nullptr);
    CHECK((*packet)->octets.size() == 20);
    CHECK((*packet)->wire_length > 20);
    CHECK((*packet)->comment == "waybill/1 cut");
}
