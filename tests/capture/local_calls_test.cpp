// What the kernel, and the calls, tell of UNIX sockets that a program speaks to.
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "base/file_descriptor.h"
#include "tests/capture/questioned_program.h"
#include "tests/capture/watched_program.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/socket_address.h"

using namespace waybill;
using namespace waybill::test;
using enum LocalSocketOutcome;

namespace {

sockaddr_un unix_address(const std::string& name)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::ranges::copy(name, std::span{address.sun_path}.begin());
    return address;
}

FileDescriptor bound(int type, const std::string& name)
{
    FileDescriptor socket = make_socket(AF_UNIX, type);
    sockaddr_un address = unix_address(name);
    if (::bind(socket.get(), as_sockaddr(address), sizeof address) != 0)
        ::_exit(95);
    if (type == SOCK_STREAM)
        ::listen(socket.get(), 4);
    return socket;
}

/// Connects to the name and, where somebody is there, says something.
void speak_to(int type, const std::string& name)
{
    const FileDescriptor client = make_socket(AF_UNIX, type);
    sockaddr_un address = unix_address(name);
    if (::connect(client.get(), as_sockaddr(address), sizeof address) == 0)
        ::send(client.get(), "a", 1, 0);
}

/// A server of its own and one that was there before, each for streams and for datagrams, and nobody.
int speak_to_all(const std::string& folder)
{
    const FileDescriptor own = bound(SOCK_STREAM, folder + "/own");
    const FileDescriptor own_log = bound(SOCK_DGRAM, folder + "/own-log");
    for (const char* const name : {"/outside", "/own", "/nobody"})
        speak_to(SOCK_STREAM, folder + name);
    for (const char* const name : {"/log", "/own-log"})
        speak_to(SOCK_DGRAM, folder + name);
    const FileDescriptor sender = make_socket(AF_UNIX, SOCK_DGRAM);
    sockaddr_un log = unix_address(folder + "/log");
    for (int times = 0; times < 3; ++times)
        ::sendto(sender.get(), "a", 1, 0, as_sockaddr(log), sizeof log);
    return 0;
}

struct Told {
    std::string name;  // without the folder
    LocalSocketKind kind;
    LocalSocketOutcome outcome;
    bool is_inside;

    friend bool operator==(const Told&, const Told&) = default;
};

template <typename Events>
std::vector<Told> told(const Events& events, const std::string& folder)
{
    std::vector<Told> all;
    for (const auto& [event, called] : events)
        all.push_back({called.path.substr(std::min(folder.size(), called.path.size())), called.kind, called.outcome,
                       called.is_inside});
    return all;
}

constexpr auto stream = LocalSocketKind::unix_stream;
constexpr auto datagram = LocalSocketKind::unix_datagram;

}  // namespace

TEST_CASE("the kernel tells of UNIX sockets that are called, and once octets pass whether who listens is watched")
{
    const ScratchFolder scratch;
    const std::string folder = scratch.path().string();
    const FileDescriptor outside = bound(SOCK_STREAM, folder + "/outside");
    const FileDescriptor log = bound(SOCK_DGRAM, folder + "/log");
    Watched watched;
    if (!watched.permitted())
        return;
    REQUIRE(watched.run([&folder] { return speak_to_all(folder); }) == 0);
    const auto calls = watched.all<LocalSocketCalled>();
    const std::vector<Told> expected{{"/outside", stream, tried, false},     {"/outside", stream, answered, false},
                                     {"/own", stream, tried, false},         {"/own", stream, answered, true},
                                     {"/nobody", stream, tried, false},      {"/log", datagram, tried, false},
                                     {"/log", datagram, answered, false},    {"/own-log", datagram, tried, false},
                                     {"/own-log", datagram, answered, true}, {"/log", datagram, tried, false}};
    CHECK(told(calls, folder) == expected);
    REQUIRE(calls.size() == expected.size());
    CHECK(calls[1].second.listener.pid == static_cast<std::uint32_t>(::getpid()));
    CHECK(calls[3].second.listener == calls[3].first.subject);
    CHECK(calls[0].second.socket == calls[1].second.socket);
    CHECK(calls[0].second.socket != calls[2].second.socket);
}

TEST_CASE("the calls tell of UNIX sockets that are called and are not of the program's own network")
{
    const ScratchFolder scratch;
    const std::string folder = scratch.path().string();
    const FileDescriptor outside = bound(SOCK_STREAM, folder + "/outside");
    const FileDescriptor log = bound(SOCK_DGRAM, folder + "/log");
    Questioned questioned;
    if (!questioned.permitted())
        return;
    REQUIRE(questioned.run([&folder] { return speak_to_all(folder); }) == 0);
    const std::vector<Told> expected{{"/outside", stream, asked, false},
                                     {"/nobody", stream, tried, false},
                                     {"/log", datagram, asked, false},
                                     {"/log", datagram, asked, false}};
    CHECK(told(questioned.all<LocalSocketCalled>(), folder) == expected);
}
