// Requests to UNIX sockets whose listener is none of the recording's processes.
#include "analyze/proxy/delegations.h"

#include <doctest/doctest.h>

#include <utility>
#include <vector>

using namespace waybill;
using namespace std::chrono_literals;

namespace {

constexpr Timestamp start{1'000'000s};

}  // namespace

TEST_CASE("calls of UNIX sockets are gathered by who called which, those to listeners of the recording left out")
{
    using enum LocalSocketOutcome;
    const auto call = [](std::chrono::nanoseconds at, std::uint64_t process, const char* path,
                         LocalSocketOutcome outcome) {
        return LocalSocketRecord{start + at, 0, process, LocalSocketKind::unix_stream, path, 0, {}, outcome, false};
    };
    std::vector<LocalSocketRecord> called{
        call(1s, 1, "/run/docker.sock", tried), call(2s, 1, "/run/docker.sock", answered),
        call(3s, 1, "/run/docker.sock", tried), call(4s, 2, "/run/docker.sock", answered),
        call(5s, 1, "/srv/own", tried),         call(6s, 1, "/srv/own", answered),
        call(7s, 1, "/run/nscd/socket", tried), call(8s, 1, "/run/agent", asked)};
    called[1].listener = "/usr/bin/dockerd";
    called[1].listener_pid = 812;
    called[5].is_inside = true;
    Delegations delegations;
    delegations.add(called);
    GapCounters gaps;
    const auto found = std::move(delegations).finish(gaps);
    REQUIRE(found.size() == 4);
    CHECK(found[0].path == "/run/docker.sock");
    CHECK(found[0].process == 1);
    CHECK(found[0].count == 2);  // an answer is of a connection that was told when it was tried
    CHECK(found[0].outcome == answered);
    CHECK(found[0].listener == "/usr/bin/dockerd");
    CHECK(found[0].listener_pid == 812);
    CHECK(found[0].last == start + 3s);
    CHECK(found[1].process == 2);
    CHECK(found[1].count == 1);
    CHECK(found[2].path == "/run/nscd/socket");
    CHECK(found[2].outcome == tried);
    CHECK(found[3].outcome == asked);
}

TEST_CASE("a UNIX socket is told by the name that it was called by, also where it is bound to another")
{
    using enum LocalSocketOutcome;
    constexpr auto stream = LocalSocketKind::unix_stream;
    for (const bool is_inside : {false, true}) {
        CAPTURE(is_inside);
        Delegations delegations;
        delegations.add({{start, 7, 1, stream, "/var/run/docker.sock", 0, {}, tried, false},
                         {start + 1s, 7, 1, stream, "/run/docker.sock", 812, "/usr/bin/dockerd", answered, is_inside}});
        GapCounters gaps;
        const auto found = std::move(delegations).finish(gaps);
        REQUIRE(found.size() == (is_inside ? 0 : 1));
        if (is_inside)
            continue;
        CHECK(found.front().path == "/var/run/docker.sock");
        CHECK(found.front().count == 1);
        CHECK(found.front().outcome == answered);
    }
}

TEST_CASE("a connection to a UNIX socket whose answer is told again counts once")
{
    constexpr auto answered = LocalSocketOutcome::answered;
    const auto call = [](std::uint64_t socket, std::chrono::nanoseconds at) {
        return LocalSocketRecord{start + at, socket,   1,    LocalSocketKind::unix_stream, "/run/docker.sock", 0,
                                 {},         answered, false};
    };
    Delegations delegations;
    delegations.add({call(7, 1s), call(8, 2s), call(7, 3s)});
    GapCounters gaps;
    const auto found = std::move(delegations).finish(gaps);
    REQUIRE(found.size() == 1);
    CHECK(found.front().count == 2);
    CHECK(found.front().last == start + 3s);
}
