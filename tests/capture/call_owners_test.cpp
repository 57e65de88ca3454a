// Who the calls say owns a socket, held against what the processes themselves say.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <functional>
#include <thread>

#include "capture/owner/socket_facts.h"
#include "tests/capture/questioned_program.h"
#include "tests/capture/short_lives.h"
#include "tests/capture/watched_program.h"
#include "tests/support/socket_address.h"

using namespace waybill;
using namespace waybill::test;

namespace {

int in_child(const std::function<int()>& work)
{
    const pid_t child = ::fork();
    if (child == 0)
        ::_exit(work());
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

sockaddr_in6 loopback_v6(const char* text, std::uint16_t port)
{
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port);
    ::inet_pton(AF_INET6, text, &address.sin6_addr);
    return address;
}

template <typename Address>
void send_to(const FileDescriptor& socket, Address address)
{
    ::sendto(socket.get(), "a", 1, 0, as_sockaddr(address), sizeof address);
}

template <typename Address>
void send_message_to(const FileDescriptor& socket, Address address)
{
    msghdr message{};
    message.msg_name = &address;
    message.msg_namelen = sizeof address;
    ::sendmsg(socket.get(), &message, 0);
}

template <typename Address>
void connect_to(const FileDescriptor& socket, Address address)
{
    ::connect(socket.get(), as_sockaddr(address), sizeof address);
}

void send_two_messages(const FileDescriptor& socket, sockaddr_in one, sockaddr_in other)
{
    std::array<mmsghdr, 2> messages{};
    messages[0].msg_hdr.msg_name = &one;
    messages[0].msg_hdr.msg_namelen = sizeof one;
    messages[1].msg_hdr.msg_name = &other;
    messages[1].msg_hdr.msg_namelen = sizeof other;
    ::sendmmsg(socket.get(), messages.data(), messages.size(), 0);
}

SocketAddress end(const char* address, std::uint16_t port)
{
    return {*IpAddress::parse(address), Port{port}};
}

}  // namespace

TEST_CASE("the calls tell whose each flow of two thousand short-lived processes is")
{
    Questioned questioned;
    if (!questioned.permitted())
        return;
    SharedExchanges said;
    constexpr std::size_t processes = 2000;
    REQUIRE(questioned.run([&said] { return short_lives(processes, 8, said); }) == 0);
    CHECK(questioned.losses() == CallLosses{});
    const auto truth = said.all();
    REQUIRE(truth.size() == 2 * processes);
    CHECK(told(questioned.events()) == truth);
}

TEST_CASE("each call that names a remote end tells both ends of the socket and who called")
{
    struct Row {
        const char* what;
        std::function<void()> program;
        std::vector<std::pair<SocketAddress, const char*>> told;  ///< remote end, local address
        bool connects;
    };
    const auto udp = [] { return make_socket(AF_INET, SOCK_DGRAM); };
    const auto udp6 = [] { return make_socket(AF_INET6, SOCK_DGRAM); };
    const std::vector<Row> rows{
        {"sendto", [&] { send_to(udp(), loopback(7)); }, {{end("127.0.0.1", 7), "127.0.0.1"}}, false},
        {"sendmsg", [&] { send_message_to(udp(), loopback(7)); }, {{end("127.0.0.1", 7), "127.0.0.1"}}, false},
        {"sendmmsg to two",
         [&] { send_two_messages(udp(), loopback(7), loopback(8)); },
         {{end("127.0.0.1", 7), "127.0.0.1"}, {end("127.0.0.1", 8), "127.0.0.1"}},
         false},
        {"sendmmsg twice to one",
         [&] { send_two_messages(udp(), loopback(7), loopback(7)); },
         {{end("127.0.0.1", 7), "127.0.0.1"}},
         false},
        {"connected UDP", [&] { connect_to(udp(), loopback(7)); }, {{end("127.0.0.1", 7), "127.0.0.1"}}, true},
        {"TCP that nobody takes",
         [] { connect_to(make_socket(AF_INET, SOCK_STREAM), loopback(7)); },
         {{end("127.0.0.1", 7), "127.0.0.1"}},
         true},
        {"TCP that somebody takes",
         [] {
             const FileDescriptor server = server_socket(SOCK_STREAM);
             connect_to(make_socket(AF_INET, SOCK_STREAM), loopback(server_port));
         },
         {{end("127.0.0.1", server_port), "127.0.0.1"}},
         true},
        {"IPv6", [&] { send_to(udp6(), loopback_v6("::1", 7)); }, {{end("::1", 7), "::1"}}, false},
        {"IPv4 within IPv6",
         [&] { send_to(udp6(), loopback_v6("::ffff:127.0.0.1", 7)); },
         {{end("127.0.0.1", 7), "127.0.0.1"}},
         false},
        {"the unspecified address, which stands for the loopback one",
         [&] { connect_to(udp6(), loopback_v6("::", 7)); },
         {{end("::1", 7), "::1"}},
         true},
        {"a thread",
         [&] { std::thread{[&] { send_to(udp(), loopback(7)); }}.join(); },
         {{end("127.0.0.1", 7), "127.0.0.1"}},
         false},
        {"an address that no route leads to",
         [&] {
             sockaddr_in elsewhere = loopback(7);
             elsewhere.sin_addr.s_addr = htonl(0xc0000201);
             connect_to(udp(), elsewhere);
         },
         {},
         true},
        {"a UNIX socket",
         [] {
             sockaddr_un nobody{};
             nobody.sun_family = AF_UNIX;
             connect_to(make_socket(AF_UNIX, SOCK_STREAM), nobody);
         },
         {},
         true},
        {"a descriptor that is none", [] { connect_to(FileDescriptor{}, loopback(7)); }, {}, true},
        {"an address that cannot be read",
         [&] { ::syscall(SYS_connect, udp().get(), 8, sizeof(sockaddr_in)); },
         {},
         true},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string{row.what});
        Questioned questioned;
        if (!questioned.permitted())
            return;
        REQUIRE(questioned.run([&row] {
            row.program();
            return 0;
        }) == 0);
        std::vector<std::pair<SocketAddress, const char*>> wanted = row.told;
        for (const auto& [event, flow] : questioned.all<SocketFlow>()) {
            if (flow.is_inbound)
                continue;
            REQUIRE_FALSE(wanted.empty());
            CHECK(flow.remote == wanted.front().first);
            CHECK(flow.local.address.text() == wanted.front().second);
            CHECK(flow.local.port != Port{});
            CHECK((row.connects ? flow.roles.connector : flow.roles.user) == event.subject);
            CHECK(flow.network_namespace != 0);
            wanted.erase(wanted.begin());
        }
        CHECK(wanted.empty());
        CHECK(questioned.losses() == CallLosses{});
    }
}

TEST_CASE("a listening socket is told with the process whose connections it takes")
{
    Questioned questioned;
    if (!questioned.permitted())
        return;
    REQUIRE(questioned.run([] {
        const FileDescriptor server = server_socket(SOCK_STREAM);
        return 0;
    }) == 0);
    const auto flows = questioned.all<SocketFlow>();
    REQUIRE(flows.size() == 1);
    CHECK(flows.front().second.is_inbound);
    CHECK(flows.front().second.local == end("127.0.0.1", server_port));
    CHECK(flows.front().second.remote == SocketAddress{});
    CHECK(flows.front().second.roles.creator == flows.front().first.subject);
}

TEST_CASE("another process that sends messages on a socket is told as one that uses it")
{
    Questioned questioned;
    if (!questioned.permitted())
        return;
    REQUIRE(questioned.run([] {
        const FileDescriptor socket = make_socket(AF_INET, SOCK_DGRAM);
        connect_to(socket, loopback(7));
        msghdr message{};
        ::sendmsg(socket.get(), &message, 0);
        return in_child([&] {
            ::sendmsg(socket.get(), &message, 0);
            ::sendmsg(socket.get(), &message, 0);
            return 0;
        });
    }) == 0);
    const auto flows = questioned.all<SocketFlow>();
    const auto uses = questioned.all<SocketUsed>();
    const auto forks = questioned.all<ProcessForked>();
    REQUIRE(flows.size() == 1);
    REQUIRE(uses.size() == 1);
    REQUIRE(forks.size() == 1);
    CHECK(uses.front().second.socket == flows.front().second.socket);
    CHECK(uses.front().first.subject == forks.front().second.child);
    CHECK(flows.front().first.subject == forks.front().first.subject);
}

TEST_CASE(
    "what a process executes is told with its arguments, also when it lives for a moment, and a script by its "
    "interpreter")
{
    char script[] = "/tmp/waybill-script-XXXXXX";  // NOLINT: mkstemp writes into it
    FileDescriptor file{::mkstemp(script)};
    REQUIRE(::write(file.get(), "#!/bin/sh -e\nexit 3\n", 20) == 20);
    REQUIRE(::fchmod(file.get(), 0755) == 0);
    file.reset();  // who writes to a program keeps it from being executed
    struct Row {
        const char* what;
        std::vector<const char*> call;
        std::string path;
        std::vector<std::string> arguments;
        int status;
    };
    const std::vector<Row> rows{
        {"a program", {"/bin/true", "one", "two words"}, "/bin/true", {"/bin/true", "one", "two words"}, 0},
        {"a script", {script, "x"}, "/bin/sh", {"/bin/sh", "-e", script, "x"}, 3},
        {"nothing", {"/nonexistent/program"}, "", {}, 9},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        Questioned questioned;
        if (!questioned.permitted())
            return;
        std::vector<char*> arguments;
        for (const char* argument : row.call)
            arguments.push_back(const_cast<char*>(argument));  // NOLINT: execv writes to none
        arguments.push_back(nullptr);
        const int status = questioned.run([&] {
            return in_child([&] {
                ::execv(arguments.front(), arguments.data());
                return 9;
            });
        });
        CHECK(status == row.status);
        const auto programs = questioned.all<ProgramExecuted>();
        if (row.arguments.empty()) {
            CHECK(programs.empty());
            continue;
        }
        REQUIRE(programs.size() == 1);
        CHECK(programs.front().second.path == row.path);
        CHECK(programs.front().second.arguments == row.arguments);
        const auto ends = questioned.all<ProcessEnded>();
        CHECK(std::ranges::any_of(
            ends, [&](const auto& ended) { return ended.first.subject == programs.front().first.subject; }));
    }
    ::unlink(script);
}

TEST_CASE("a signal that comes while a call is looked at does not end the call")
{
    Questioned questioned;
    if (!questioned.permitted())
        return;
    CHECK(questioned.run([] {
        struct sigaction nothing{};
        nothing.sa_handler = [](int) {};
        nothing.sa_flags = SA_RESTART;  // without, a signal before the call is looked at ends it, as signals do
        ::sigaction(SIGALRM, &nothing, nullptr);
        itimerval often{{0, 50}, {0, 50}};
        ::setitimer(ITIMER_REAL, &often, nullptr);
        int interrupted = 0;
        for (int round = 0; round < 2000; ++round) {
            const FileDescriptor socket = make_socket(AF_INET, SOCK_DGRAM);
            sockaddr_in address = loopback(7);
            if (::connect(socket.get(), as_sockaddr(address), sizeof address) != 0)
                ++interrupted;
        }
        return interrupted == 0 ? 0 : 1;
    }) == 0);
}

TEST_CASE("io_uring, whose calls nobody could be asked about, is not there, and programs that use it do without")
{
    Questioned questioned;
    if (!questioned.permitted())
        return;
    CHECK(questioned.run([] { return ::syscall(SYS_io_uring_setup, 8, nullptr) == -1 && errno == ENOSYS ? 0 : 1; }) ==
          0);
}
