#include "tests/capture/watched_program.h"

#include <doctest/doctest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/network/interface.h"
#include "tests/support/socket_address.h"

namespace waybill::test {

Watched::Watched(std::uint32_t snaplen, std::optional<std::uint32_t> most_entries)
{
    const auto folder = place_of_cgroup("waybill-test-" + std::to_string(::getpid()));
    auto made = folder ? Cgroup::create(*folder) : std::unexpected(folder.error());
    if (!made) {
        refusal_ = made.error();
        return;
    }
    cgroup_.emplace(*std::move(made));
    KernelOwnersOptions options;
    options.cgroup = cgroup_->descriptor();
    options.snaplen = snaplen;
    options.most_entries = most_entries;
    auto opened = KernelOwners::open(options);
    if (!opened)
        refusal_ = opened.error();
    else
        owners_.emplace(*std::move(opened));
}

bool Watched::permitted() const
{
    if (!refusal_.empty())
        MESSAGE("skipped: ", refusal_);
    return refusal_.empty();
}

pid_t Watched::start(const std::function<int()>& program) const
{
    const pid_t child = ::fork();
    if (child == 0) {
        if (cgroup_->join() || ::unshare(CLONE_NEWNET) != 0 || contained::bring_up("lo", contained::Neighbours::none))
            ::_exit(99);
        ::_exit(program());
    }
    return child;
}

int Watched::run_unread(const std::function<int()>& program)
{
    int status = 0;
    ::waitpid(start(program), &status, 0);
    read();
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int Watched::run(const std::function<int()>& program)
{
    const pid_t child = start(program);
    int status = 0;
    while (::waitpid(child, &status, WNOHANG) == 0) {  // ends with the program
        read();
        ::usleep(1000);
    }
    read();
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void Watched::read()
{
    REQUIRE(owners_->read({[this](OwnerEvent event) { events_.push_back(std::move(event)); },
                           [this](const KernelPacket& packet) {
                               packets_.push_back({{packet.packet.octets.begin(), packet.packet.octets.end()},
                                                   packet.packet.wire_length,
                                                   packet.is_inbound});
                           }}));
}

sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

FileDescriptor make_socket(int family, int type, int protocol)
{
    const int made = ::socket(family, type | SOCK_CLOEXEC, protocol);
    if (made < 0)
        ::_exit(95);
    return FileDescriptor{made};
}

FileDescriptor server_socket(int type)
{
    FileDescriptor server = make_socket(AF_INET, type);
    sockaddr_in address = loopback(server_port);
    if (::bind(server.get(), as_sockaddr(address), sizeof address) != 0)
        ::_exit(98);
    if (type == SOCK_STREAM)
        ::listen(server.get(), SOMAXCONN);
    return server;
}

}  // namespace waybill::test
