#include "tests/capture/short_lives.h"

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "tests/capture/watched_program.h"
#include "tests/support/socket_address.h"

namespace waybill::test {
namespace {

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
            const FileDescriptor client{::accept4(tcp.get(), as_sockaddr(peer), &length, SOCK_CLOEXEC)};
            ::recv(client.get(), &pid, sizeof pid, MSG_WAITALL);
            said.add(IPPROTO_TCP, peer, pid);
            ::send(client.get(), &pid, sizeof pid, MSG_NOSIGNAL);
            --left;
        }
        if ((ready[1].revents & POLLIN) != 0) {
            ::recvfrom(udp.get(), &pid, sizeof pid, 0, as_sockaddr(peer), &length);
            said.add(IPPROTO_UDP, peer, pid);
            ::sendto(udp.get(), &pid, sizeof pid, 0, as_sockaddr(peer), length);
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
    if (::connect(tcp.get(), as_sockaddr(server), sizeof server) != 0)
        return 1;
    ::send(tcp.get(), &pid, sizeof pid, MSG_NOSIGNAL);
    ::recv(tcp.get(), &answer, sizeof answer, MSG_WAITALL);
    const FileDescriptor udp = make_socket(AF_INET, SOCK_DGRAM);
    ::sendto(udp.get(), &pid, sizeof pid, 0, as_sockaddr(server), sizeof server);
    ::recv(udp.get(), &answer, sizeof answer, 0);
    return answer == pid ? 0 : 1;
}

}  // namespace

SharedExchanges::SharedExchanges()
    : log_{static_cast<Log*>(::mmap(nullptr, sizeof(Log), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))}
{
    REQUIRE(log_ != MAP_FAILED);
}

SharedExchanges::~SharedExchanges()
{
    ::munmap(log_, sizeof(Log));
}

void SharedExchanges::add(std::uint8_t protocol, const sockaddr_in& peer, std::uint32_t pid)
{
    log_->said.at(log_->count++) = {protocol, ntohs(peer.sin_port), pid};
}

std::multiset<Exchange> SharedExchanges::all() const
{
    std::multiset<Exchange> exchanges;
    for (std::size_t at = 0; at < log_->count; ++at)
        exchanges.emplace(log_->said.at(at).protocol, log_->said.at(at).port, log_->said.at(at).pid);
    return exchanges;
}

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

std::multiset<Exchange> told(std::span<const OwnerEvent> events)
{
    std::multiset<Exchange> exchanges;
    for (const OwnerEvent& event : events) {
        const auto* const flow = std::get_if<SocketFlow>(&event.what);
        if (flow == nullptr || flow->remote.port != Port{server_port})
            continue;
        const ProcessKey& owner = flow->roles.connector ? flow->roles.connector : flow->roles.user;
        exchanges.emplace(flow->protocol, number(flow->local.port), owner.inner_pid);
    }
    return exchanges;
}

}  // namespace waybill::test
