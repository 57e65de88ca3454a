#include "capture/owner/process_facts.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>
#include <optional>
#include <thread>

using namespace waybill;

namespace {

ProcessKey this_process()
{
    const auto pid = static_cast<std::uint32_t>(::getpid());
    const auto birth = read_process_birth(pid);
    REQUIRE(birth);
    return {birth->start, pid, pid};
}

}  // namespace

TEST_CASE("what /proc says of this process is what this process knows of itself")
{
    const auto facts = read_process_facts(this_process());
    REQUIRE(facts);
    CHECK(facts->executable == std::filesystem::read_symlink("/proc/self/exe"));
    CHECK(facts->working_directory == std::filesystem::current_path());
    CHECK(facts->uid == ::getuid());
    CHECK(facts->parent_pid == static_cast<std::uint32_t>(::getppid()));
    CHECK(facts->file);
    CHECK_FALSE(facts->arguments.empty());
}

TEST_CASE("a thread is known to be of its process")
{
    std::uint32_t thread = 0;
    std::optional<ThreadFacts> facts;
    std::thread{[&] {
        thread = static_cast<std::uint32_t>(::gettid());
        facts = read_thread_facts(thread);
    }}.join();
    REQUIRE(facts);
    CHECK(facts->pid == static_cast<std::uint32_t>(::getpid()));
    CHECK(facts->uid == ::getuid());
    CHECK(thread != facts->pid);
    CHECK_FALSE(read_thread_facts(0x7fffffff));
}

TEST_CASE("a process that is gone, or whose number is another's by now, has no facts")
{
    ProcessKey earlier = this_process();
    earlier.start -= std::chrono::seconds{1};
    CHECK_FALSE(read_process_facts(earlier));
    ProcessKey out_of_sight = this_process();
    out_of_sight.pid = 0;
    CHECK_FALSE(read_process_facts(out_of_sight));
    CHECK_FALSE(read_process_facts({std::chrono::nanoseconds{1}, 0x7fffffff, 0x7fffffff}));
}

TEST_CASE("a process's own name cannot be mistaken for the fields behind it")
{
    std::string folder = "/tmp/waybill-proc-XXXXXX";
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    const std::filesystem::path proc{folder};
    std::filesystem::create_directory(proc / "7");
    std::ofstream{proc / "7" / "stat"} << "7 (a) S 1 2) S 42 7 7 0 -1 4194560 0 0 0 0 1 2 3 4 20 0 1 0 4711 0 0\n";
    const auto birth = read_process_birth(7, proc);
    REQUIRE(birth);
    CHECK(birth->start == std::chrono::nanoseconds{std::chrono::seconds{1}} / ::sysconf(_SC_CLK_TCK) * 4711);
    CHECK(birth->parent_pid == 42);
    std::filesystem::remove_all(proc);
}

TEST_CASE("a container's id is found in the folder names of its runtime")
{
    const std::string id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    struct Row {
        const char* runtime;
        std::string cgroup;
        std::string container;
    };
    const std::vector<Row> rows{
        {"docker with systemd", "/system.slice/docker-" + id + ".scope", id},
        {"docker with cgroupfs", "/docker/" + id, id},
        {"podman", "/machine.slice/libpod-" + id + ".scope/container", id},
        {"containerd", "/kubepods.slice/kubepods-pod1.slice/cri-containerd-" + id + ".scope", id},
        {"CRI-O", "/kubepods.slice/crio-" + id + ".scope", id},
        {"none", "/user.slice/user-1000.slice/session-2.scope", ""},
        {"a longer number", "/x/" + id + "0", ""},
        {"a shorter one", "/x/" + id.substr(1), ""},
        {"the root", "/", ""},
        {"nothing", "", ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.runtime);
        CHECK(container_of(row.cgroup) == row.container);
    }
}
