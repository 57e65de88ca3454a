#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

#include "base/file_descriptor.h"
#include "capture/network/contained_report.h"
#include "capture/network/environment.h"
#include "capture/network/mounts.h"
#include "capture/network/unix_sockets.h"
#include "tests/support/socket_address.h"

using namespace waybill;
using namespace waybill::contained;

namespace {

using Variables = std::vector<std::string>;

}  // namespace

TEST_CASE("variables that lead to daemons are removed and told by name")
{
    const Variables own{"PATH=/bin",
                        "SSH_AUTH_SOCK=/x",
                        "DBUS_SESSION_BUS_ADDRESS=unix:path=/y",
                        "EDITOR=vi",
                        "DISPLAY=:0",
                        "HTTPS_PROXY=http://proxy.example:3128",
                        "DOCKER_HOST=unix:///x"};
    const auto made = environment_for(own, {});
    CHECK(made.variables == Variables{"PATH=/bin", "EDITOR=vi", "HTTPS_PROXY=http://proxy.example:3128"});
    CHECK(made.removed == Variables{"DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "DOCKER_HOST", "SSH_AUTH_SOCK"});
}

TEST_CASE("a daemon that is reached over the network stays: it is a contact")
{
    const Variables own{"DOCKER_HOST=tcp://docker.example:2375"};
    CHECK(environment_for(own, {}).variables == own);
}

TEST_CASE("a variable whose value names a socket is removed, whatever it is called")
{
    char folder[] = "/tmp/waybill-test-XXXXXX";
    REQUIRE(::mkdtemp(&folder[0]) != nullptr);
    const std::string path = std::string{&folder[0]} + "/s";
    const FileDescriptor listener{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(&address.sun_path[0], sizeof address.sun_path - 1);
    REQUIRE(::bind(listener.get(), test::as_sockaddr(address), sizeof address) == 0);
    const Variables own{"A=" + path, "B=unix:path=" + path + ",guid=1", "C=unix://" + path,
                        "D=" + std::string{&folder[0]}, "E=see " + path};
    const auto made = environment_for(own, {});
    CHECK(made.removed == Variables{"A", "B", "C"});
    CHECK(made.variables.size() == 2);
    std::filesystem::remove_all(&folder[0]);
}

TEST_CASE("a clean environment with a fresh home holds what a program needs and nothing of the user's")
{
    const Variables own{"PATH=/bin", "HOME=/home/a", "TOKEN=secret", "LC_ALL=C", "XDG_CONFIG_HOME=/home/a/.config"};
    EnvironmentPlan plan;
    plan.clean = true;
    plan.fresh_home = "/new";
    plan.runtime_folder = "/run/user/7";
    CHECK(environment_for(own, plan).variables ==
          Variables{"PATH=/bin", "LC_ALL=C", "XDG_RUNTIME_DIR=/run/user/7", "HOME=/new", "XDG_CONFIG_HOME=/new/.config",
                    "XDG_CACHE_HOME=/new/.cache", "XDG_DATA_HOME=/new/.local/share",
                    "XDG_STATE_HOME=/new/.local/state"});
}

TEST_CASE("a command that runs as another user sees that user's home and name")
{
    EnvironmentPlan plan;
    plan.user = UserIdentity{7, 7, {7}, "ada", "/home/ada", "/bin/sh"};
    CHECK(environment_for(Variables{"HOME=/root", "USER=root"}, plan).variables ==
          Variables{"HOME=/home/ada", "SHELL=/bin/sh", "USER=ada", "LOGNAME=ada"});
}

TEST_CASE("programs that hand addresses out come first in the command's PATH, and are its browser")
{
    EnvironmentPlan plan;
    plan.has_browser_shim = true;
    const std::string folder = "/run/waybill/bin";
    struct Row {
        Variables own;
        Variables made;
    };
    const std::vector<Row> rows{
        {{"PATH=/bin", "BROWSER=firefox"}, {"PATH=" + folder + ":/bin", "BROWSER=" + folder + "/xdg-open"}},
        {{}, {"PATH=" + folder + ":/usr/local/bin:/usr/bin:/bin", "BROWSER=" + folder + "/xdg-open"}},
    };
    for (const Row& row : rows)
        CHECK(environment_for(row.own, plan).variables == row.made);
}

TEST_CASE("the table of UNIX sockets gives paths, not abstract or unnamed ones")
{
    const auto sockets = parse_unix_sockets(
        "Num       RefCount Protocol Flags    Type St Inode Path\n"
        "0000000000000000: 00000002 00000000 00010000 0001 01 12345 /tmp/with blank\n"
        "0000000000000000: 00000003 00000000 00000000 0001 03  1164\n"
        "0000000000000000: 00000002 00000000 00010000 0001 01 12346 @/tmp/.X11-unix/X0\n"
        "0000000000000000: 00000002 00000000 00000000 0002 01 12347 /run/log\n"
        "0000000000000000: 00000002 00000000 00010000 0001 01 12348 relative/s\n"
        "0000000000000000: 00000003 00000000 00000000 0001 03 12349 /run/log\n"
        "broken\n");
    CHECK(sockets.paths == Variables{"/run/log", "/tmp/with blank"});
    CHECK(sockets.unplaced == 1);
    CHECK(parse_unix_sockets("").paths.empty());
}

TEST_CASE("names are looked up in files and DNS, and nothing else is asked of a daemon")
{
    CHECK(nsswitch_without_daemons("# comment\npasswd:  files systemd sss\n\nhosts: mymachines resolve files\n") ==
          "passwd: files\nhosts: files dns\n");
    CHECK(nsswitch_without_daemons("") == "hosts: files dns\n");
}

TEST_CASE("an outcome survives its way from the supervisor to the caller")
{
    ContainedResult result;
    result.command = {137, 9, "why"};
    result.started = Timestamp{std::chrono::nanoseconds{1}};
    result.command_ended = Timestamp{std::chrono::nanoseconds{2}};
    result.ended = Timestamp{std::chrono::nanoseconds{3}};
    result.interfaces = {{"eth0", {4, 5, 6}, 7, 8},
                         {"lo", {}, 0, 0, KernelCounter{"interface lo", {1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 10}}}};
    result.recording_failure = "disk full";
    result.counts = {1, 2, 3, 4, 5};
    result.names = {{R"(a\"b)", *IpAddress::parse("198.18.0.1"), *IpAddress::parse("2001:2::1")}};
    result.has_ipv6 = true;
    result.uplink_ended = true;
    result.removed_environment = {"A"};
    result.covered_sockets = {"/s"};
    result.unplaced_sockets = 9;
    result.killed_processes = 10;
    result.gaps = {"g"};
    CHECK(read_outcome(write_outcome(result)) == Outcome{result});
    CHECK(read_outcome(write_outcome(ContainedResult{})) == Outcome{ContainedResult{}});
    const Outcome error = std::unexpected(RunError{RunError::Kind::cannot_create, "no"});
    CHECK(read_outcome(write_outcome(error)) == error);
    for (const char* broken : {"", "{", "{}", "null", R"({"result":{}})", R"({"error":[1]})"}) {
        CAPTURE(broken);
        const Outcome outcome = read_outcome(broken);
        REQUIRE_FALSE(outcome.has_value());
        CHECK(outcome.error().kind == RunError::Kind::internal);
    }
}
