#include "capture/owner/owner_log.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "capture/owner/owners_file.h"
#include "tests/support/scratch_folder.h"

using namespace waybill;

TEST_CASE("the log of owners has this process with its program, digest and socket")
{
    const test::ScratchFolder scratch;
    const auto path = scratch.path() / "owners.ndjson";
    const auto pid = static_cast<std::uint32_t>(::getpid());
    const BootClock clock = BootClock::read();
    OwnerEvent event;
    event.at = clock.at(read_process_birth(pid)->start + std::chrono::seconds{1});
    event.subject = {read_process_birth(pid)->start, pid, pid};
    SocketFlow flow;
    flow.roles.connector = event.subject;
    flow.protocol = 17;
    event.what = flow;
    {
        FileDescriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
        OwnerLog log{std::move(file), "kernel", clock, ProcessTable::Arguments::without_secrets};
        log.add(event);
        CHECK(log.processes() == 1);
        CHECK(log.sockets() == 1);
        log.finish();
        CHECK_FALSE(log.failure());
    }
    const auto read = owners_file::read(*read_file(path, 1UL << 20U));
    REQUIRE(read);
    REQUIRE(read->processes.size() == 1);
    const Process& process = read->processes.front();
    const std::string program = std::filesystem::read_symlink("/proc/self/exe");
    CHECK(process.executable.path == program);
    const std::string octets = *read_file(program, 1UL << 30U);
    CHECK(process.executable.sha256 == sha256_hex(std::as_bytes(std::span{octets})));
    CHECK(process.pid == pid);
    CHECK(process.was_running);
    REQUIRE(read->sockets.size() == 1);
    CHECK(read->sockets.front().connector == process.id);
}

TEST_CASE("a log that cannot be written says why, and goes on without")
{
    FileDescriptor full{::open("/dev/full", O_WRONLY | O_CLOEXEC)};
    OwnerLog log{std::move(full), "kernel", BootClock::read(), ProcessTable::Arguments::whole};
    log.finish();
    CHECK(log.failure());
}

TEST_CASE(
    "the first processes that left the cgroup are named, by their number where nothing else is known, and all counted")
{
    const BootClock clock = BootClock::read();
    OwnerLog log{{}, "kernel", clock, ProcessTable::Arguments::without_secrets};
    const auto leave = [&](std::chrono::nanoseconds start, std::uint32_t pid) {
        OwnerEvent event;
        event.at = clock.now();
        event.subject = {start, pid, pid};
        event.what = ProcessLeft{};
        log.add(event);
    };
    const auto pid = static_cast<std::uint32_t>(::getpid());
    leave(read_process_birth(pid)->start, pid);
    for (std::uint32_t other = 1; other <= Departures::most_named; ++other)
        leave(std::chrono::nanoseconds{other}, other);  // no process has this start
    const Departures& left = log.departures();
    CHECK(left.processes == 1 + Departures::most_named);
    REQUIRE(left.named.size() == Departures::most_named);
    const std::string program = std::filesystem::read_symlink("/proc/self/exe");
    CHECK(left.named[0] == program + " (process " + std::to_string(pid) + ")");
    CHECK(left.named[1] == "process 1");
}
