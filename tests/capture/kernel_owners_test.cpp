// Who the kernel says owns a socket, held against what the processes themselves say.
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <set>
#include <tuple>
#include <vector>

#include "base/file_descriptor.h"
#include "tests/capture/watched_program.h"
#include "tests/support/socket_address.h"

using namespace waybill;
using test::loopback;
using test::make_socket;
using test::server_port;
using test::server_socket;
using test::Watched;

namespace {

/// What a client said of itself: IP protocol, its port, its pid.
using Exchange = std::tuple<std::uint8_t, std::uint16_t, std::uint32_t>;

/// Memory that processes share.
class SharedExchanges {
public:
    static constexpr std::size_t room = 8192;
    SharedExchanges()
        : log_{static_cast<Log*>(
              ::mmap(nullptr, sizeof(Log), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))}
    {
        REQUIRE(log_ != MAP_FAILED);
    }
    SharedExchanges(const SharedExchanges&) = delete;
    SharedExchanges& operator=(const SharedExchanges&) = delete;
    SharedExchanges(SharedExchanges&&) = delete;
    SharedExchanges& operator=(SharedExchanges&&) = delete;
    ~SharedExchanges() { ::munmap(log_, sizeof(Log)); }

    void add(std::uint8_t protocol, const sockaddr_in& peer, std::uint32_t pid)
    {
        log_->said.at(log_->count++) = {protocol, ntohs(peer.sin_port), pid};
    }
    std::multiset<Exchange> all() const
    {
        std::multiset<Exchange> exchanges;
        for (std::size_t at = 0; at < log_->count; ++at)
            exchanges.emplace(log_->said.at(at).protocol, log_->said.at(at).port, log_->said.at(at).pid);
        return exchanges;
    }

private:
    struct Said {
        std::uint8_t protocol;
        std::uint16_t port;
        std::uint32_t pid;
    };
    struct Log {
        std::size_t count;
        std::array<Said, room> said;
    };
    Log* log_;
};

/// Takes `each` exchanges over TCP and as many over UDP; a client says its pid and is answered.
int serve(const FileDescriptor& tcp, const FileDescriptor& udp, std::size_t each, SharedExchanges& said)
{
    std::array<pollfd, 2> ready{{{tcp.get(), POLLIN, 0}, {udp.get(), POLLIN, 0}}};
    for (std::size_t left = 2 * each; left > 0;) {  // ends: an exchange goes off each time, or the test's time runs out
        if (::poll(ready.data(), ready.size(), 10'000) <= 0)
            return 97;
        std::uint32_t pid = 0;
        sockaddr_in peer{};
        socklen_t length = sizeof peer;
        if ((ready[0].revents & POLLIN) != 0) {
            const FileDescriptor client{::accept4(tcp.get(), test::as_sockaddr(peer), &length, SOCK_CLOEXEC)};
            ::recv(client.get(), &pid, sizeof pid, MSG_WAITALL);
            said.add(IPPROTO_TCP, peer, pid);
            ::send(client.get(), &pid, sizeof pid, MSG_NOSIGNAL);
            --left;
        }
        if ((ready[1].revents & POLLIN) != 0) {
            ::recvfrom(udp.get(), &pid, sizeof pid, 0, test::as_sockaddr(peer), &length);
            said.add(IPPROTO_UDP, peer, pid);
            ::sendto(udp.get(), &pid, sizeof pid, 0, test::as_sockaddr(peer), length);
            --left;
        }
    }
    return 0;
}

/// One exchange over TCP, then one over UDP.
int exchange()
{
    sockaddr_in server = loopback(server_port);
    const auto pid = static_cast<std::uint32_t>(::getpid());
    std::uint32_t answer = 0;
    const FileDescriptor tcp = make_socket(AF_INET, SOCK_STREAM);
    if (::connect(tcp.get(), test::as_sockaddr(server), sizeof server) != 0)
        return 1;
    ::send(tcp.get(), &pid, sizeof pid, MSG_NOSIGNAL);
    ::recv(tcp.get(), &answer, sizeof answer, MSG_WAITALL);
    const FileDescriptor udp = make_socket(AF_INET, SOCK_DGRAM);
    ::sendto(udp.get(), &pid, sizeof pid, 0, test::as_sockaddr(server), sizeof server);
    ::recv(udp.get(), &answer, sizeof answer, 0);
    return answer == pid ? 0 : 1;
}

/// `count` processes that live for an exchange of each kind, `at_once` of them at a time, and their server.
int short_lives(std::size_t count, std::size_t at_once, SharedExchanges& said)
{
    const FileDescriptor tcp = server_socket(SOCK_STREAM);
    const FileDescriptor udp = server_socket(SOCK_DGRAM);
    const pid_t server = ::fork();
    if (server == 0)
        ::_exit(serve(tcp, udp, count, said));
    int failures = 0;
    std::size_t running = 0;
    const auto reap = [&] {
        int status = 0;
        ::wait(&status);
        failures += status == 0 ? 0 : 1;
        --running;
    };
    for (std::size_t number = 0; number < count; ++number) {
        if (running == at_once)
            reap();
        if (::fork() == 0)
            ::_exit(exchange());
        ++running;
    }
    while (running > 0)  // one process less each round
        reap();
    reap();  // the server
    return failures;
}

/// The kernel's word for the same: the flows from a client's port to the server's, by who connected or sent.
std::multiset<Exchange> told(const Watched& watched)
{
    std::multiset<Exchange> exchanges;
    for (const auto& [event, flow] : watched.all<SocketFlow>()) {
        const ProcessKey& owner = flow.roles.connector ? flow.roles.connector : flow.roles.user;
        if (flow.remote.port == Port{server_port})
            exchanges.emplace(flow.protocol, number(flow.local.port), owner.inner_pid);
    }
    return exchanges;
}

}  // namespace

TEST_CASE("the kernel tells whose each flow of two thousand short-lived processes is")
{
    Watched watched;
    if (!watched.permitted())
        return;
    SharedExchanges said;
    constexpr std::size_t processes = 2000;
    REQUIRE(watched.run([&said] { return short_lives(processes, 8, said); }) == 0);
    CHECK(watched.owners().refused().empty());
    CHECK(watched.owners().losses() == KernelLosses{});
    const auto truth = said.all();
    REQUIRE(truth.size() == 2 * processes);
    CHECK(told(watched) == truth);
}
