#include "tests/capture/questioned_program.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>

#include "base/last_error.h"
#include "capture/network/interface.h"
#include "capture/owner/call_filter.h"

namespace waybill::test {
namespace {

/// The life of the process whose calls are asked about. Exit statuses from 90 on are of this frame.
[[noreturn]] void be_questioned(const std::function<int()>& program, int word)
{
    auto asked = ask_before_calls();
    if (!asked)
        ::_exit(96);
    const int descriptor = asked->get();
    char answer = 0;
    if (::send(word, &descriptor, sizeof descriptor, 0) != sizeof descriptor || ::recv(word, &answer, 1, 0) != 1)
        ::_exit(94);
    ::_exit(program());
}

}  // namespace

Questioned::Questioned() : network_{::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)}
{
    if (::unshare(CLONE_NEWNET) != 0)
        refusal_ = "a network namespace needs root: " + last_error().message();
    else if (const auto failed = contained::bring_up("lo", contained::Neighbours::none))
        refusal_ = failed.message();
}

Questioned::~Questioned()
{
    ::setns(network_.get(), CLONE_NEWNET);
}

bool Questioned::permitted() const
{
    if (!refusal_.empty())
        MESSAGE("skipped: ", refusal_);
    return refusal_.empty();
}

int Questioned::run(const std::function<int()>& program)
{
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
    const FileDescriptor own{ends.at(0)};
    FileDescriptor other{ends.at(1)};
    auto loop = Loop::create();
    REQUIRE(loop);
    CallOwners owners{*loop, BootClock::read(), [this](const OwnerEvent& event) { events_.push_back(event); }};
    const pid_t child = ::fork();
    if (child == 0)
        be_questioned(program, other.get());
    other.reset();
    int descriptor = -1;
    if (::recv(own.get(), &descriptor, sizeof descriptor, MSG_WAITALL) == sizeof descriptor) {
        CHECK_FALSE(owners.adopt(child, descriptor));
        ::send(own.get(), "", 1, MSG_NOSIGNAL);
    }
    int status = 0;
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::minutes{1};
    while (::waitpid(child, &status, WNOHANG) == 0) {  // ends with the program, or with the test's patience
        loop->run_once(std::chrono::milliseconds{10});
        if (std::chrono::steady_clock::now() > give_up)
            ::kill(child, SIGKILL);
    }
    for (int quiet = 0; quiet < 5; ++quiet)
        loop->run_once(std::chrono::milliseconds{5});
    owners.finish();
    losses_ = owners.losses();
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace waybill::test
