#include "capture/owner/process_table.h"

#include <doctest/doctest.h>

#include <vector>

using namespace waybill;
using namespace std::chrono_literals;

namespace {

constexpr Timestamp boot{1'000'000s};

ProcessKey key(std::uint32_t pid, std::chrono::nanoseconds start = 0ns)
{
    return {start == 0ns ? std::chrono::seconds{pid} : start, pid, pid};
}

/// A table whose system knows nothing but what a test tells it.
struct Recorded {
    std::vector<Process> processes;
    std::vector<std::uint64_t> ended;
    std::vector<std::string> left;  // what those ran that left the cgroup
    std::vector<SocketRecord> sockets;
    std::vector<SocketUse> uses;
    std::vector<LocalSocketRecord> local_sockets;
    std::map<ProcessKey, ProcessFacts> facts;
    ProcessTable table;

    explicit Recorded(ProcessTable::Arguments arguments = ProcessTable::Arguments::without_secrets)
        : table{boot,
                arguments,
                {[this](const ProcessKey& process) -> std::optional<ProcessFacts> {
                     const auto found = facts.find(process);
                     return found == facts.end() ? std::nullopt : std::optional{std::move(found->second)};
                 },
                 [](std::uint64_t number) {
                     return number == 7 ? std::optional<std::string>{"/docker-" + std::string(64, 'a') + ".scope"}
                                        : std::nullopt;
                 },
                 [](std::uint64_t, FileDescriptor) {}, [](Process&) {}},
                {[this](const Process& process) { processes.push_back(process); },
                 [this](std::uint64_t id, Timestamp, std::optional<int>) { ended.push_back(id); },
                 [this](const Process& process, Timestamp) { left.push_back(process.executable.path); },
                 [this](const SocketRecord& socket) { sockets.push_back(socket); },
                 [this](const SocketUse& use) { uses.push_back(use); },
                 [this](const LocalSocketRecord& called) { local_sockets.push_back(called); }}}
    {
    }

    template <typename What>
    void add(const ProcessKey& subject, What what)
    {
        OwnerEvent event;
        event.at = boot + 100s + std::chrono::seconds{++count};
        event.subject = subject;
        event.uid = 1000;
        event.what = std::move(what);
        table.add(event);
    }
    int count = 0;
};

ProgramExecuted program(std::string path, std::vector<std::string> arguments)
{
    ProgramExecuted executed;
    executed.path = std::move(path);
    executed.arguments = std::move(arguments);
    for (const std::string& argument : executed.arguments)
        executed.argument_octets += argument.size() + 1;
    return executed;
}

SocketFlow connected_by(const ProcessKey& process)
{
    SocketFlow flow;
    flow.socket = 5;
    flow.roles.creator = flow.roles.connector = process;
    return flow;
}

}  // namespace

TEST_CASE("a process that leaves the cgroup is told before that, and that it left")
{
    Recorded recorded;
    recorded.add(key(1), ProgramExecuted{{}, "/bin/sh", {"sh"}, 3, 0});
    recorded.add(key(1), ProcessForked{key(2)});
    recorded.add(key(2), ProcessLeft{});
    CHECK(recorded.processes.size() == 2);
    CHECK(recorded.left == std::vector<std::string>{"/bin/sh"});
}

TEST_CASE("a process that is forked and executes a program is one line, with what forked it as its parent")
{
    Recorded recorded;
    recorded.add(key(1), program("/bin/sh", {"sh", "-c", "curl x"}));
    recorded.add(key(1), ProcessForked{key(2)});
    recorded.add(key(2), program("/usr/bin/curl", {"curl", "x"}));
    REQUIRE(recorded.processes.size() == 2);
    CHECK(recorded.processes[0].executable.path == "/bin/sh");
    CHECK(recorded.processes[1].executable.path == "/usr/bin/curl");
    CHECK(recorded.processes[1].parent == recorded.processes[0].id);
    CHECK(recorded.processes[1].previous == 0);
    CHECK(recorded.processes[1].start == boot + 2s);
    CHECK(recorded.processes[1].arguments == std::vector<std::string>{"curl", "x"});
    CHECK(recorded.processes[1].uid == 1000);
}

TEST_CASE("a process that executes one program after another is several, and each socket has the one of its time")
{
    Recorded recorded;
    recorded.add(key(1), program("/bin/sh", {"sh"}));
    recorded.add(key(1), connected_by(key(1)));
    recorded.add(key(1), program("/usr/bin/curl", {"curl"}));
    recorded.add(key(1), connected_by(key(1)));
    REQUIRE(recorded.processes.size() == 2);
    CHECK(recorded.processes[1].previous == recorded.processes[0].id);
    REQUIRE(recorded.sockets.size() == 2);
    CHECK(recorded.sockets[0].connector == recorded.processes[0].id);
    CHECK(recorded.sockets[1].connector == recorded.processes[1].id);
}

TEST_CASE("a copy of a process is told once something names it, and not before")
{
    Recorded recorded;
    recorded.add(key(1), program("/bin/sh", {"sh"}));
    recorded.add(key(1), ProcessForked{key(2)});
    CHECK(recorded.processes.size() == 1);
    recorded.add(key(2), connected_by(key(2)));
    REQUIRE(recorded.processes.size() == 2);
    CHECK(recorded.processes[1].executable.path == "/bin/sh");
    CHECK(recorded.processes[1].parent == 1);
    CHECK(recorded.sockets[0].creator == 2);
    recorded.add(key(2), ProcessEnded{0});
    CHECK(recorded.ended == std::vector<std::uint64_t>{2});
}

TEST_CASE("a copy that runs on is told after a moment, with what it calls itself by then, and one that ends by its end")
{
    Recorded recorded;
    recorded.add(key(1), program("/bin/browser", {"browser", "--type=zygote"}));
    recorded.add(key(1), ProcessForked{key(2)});
    recorded.add(key(1), ProcessForked{key(3)});
    ProcessFacts facts;
    facts.executable = "/bin/browser";
    facts.arguments = {"browser --type=renderer --token=abc"};
    recorded.facts.emplace(key(2), std::move(facts));
    recorded.add(key(3), ProcessEnded{0});
    REQUIRE(recorded.processes.size() == 2);
    CHECK(recorded.processes[1].pid == 3);
    CHECK(recorded.processes[1].parent == 1);
    CHECK(recorded.ended == std::vector<std::uint64_t>{2});
    recorded.table.tell_copies(boot + 102s);  // the moment of its fork
    CHECK(recorded.processes.size() == 2);
    recorded.table.tell_copies(boot + 103s);
    REQUIRE(recorded.processes.size() == 3);
    CHECK(recorded.processes[2].pid == 2);
    CHECK(recorded.processes[2].parent == 1);
    CHECK(recorded.processes[2].arguments == std::vector<std::string>{"browser --type=renderer --token=[redacted]"});
    recorded.table.tell_copies(boot + 200s);
    CHECK(recorded.processes.size() == 3);
}

TEST_CASE("a copy that has executed another program, whose event is still to come, is told as what it was")
{
    Recorded recorded;
    recorded.add(key(1), program("/bin/sh", {"sh"}));
    recorded.add(key(1), ProcessForked{key(2)});
    ProcessFacts later;
    later.executable = "/usr/bin/later";
    later.arguments = {"later"};
    recorded.facts.emplace(key(2), std::move(later));
    recorded.table.tell_copies(boot + 200s);
    REQUIRE(recorded.processes.size() == 2);
    CHECK(recorded.processes[1].arguments == std::vector<std::string>{"sh"});
}

TEST_CASE("a number that is used again is another process")
{
    Recorded recorded;
    recorded.add(key(1, 1s), program("/bin/a", {"a"}));
    recorded.add(key(1, 1s), ProcessEnded{0});
    recorded.add(key(1, 9s), program("/bin/b", {"b"}));
    recorded.add(key(1, 1s), connected_by(key(1, 1s)));  // its last packet, sent when it was gone
    REQUIRE(recorded.processes.size() == 2);
    CHECK(recorded.processes[1].previous == 0);
    CHECK(recorded.sockets[0].connector == recorded.processes[0].id);
}

TEST_CASE("a process that was there before is described by the system, and its parent by the number")
{
    Recorded recorded;
    recorded.add(key(1), program("/sbin/init", {"init"}));
    ProcessFacts facts;
    facts.executable = "/usr/sbin/daemon";
    facts.working_directory = "/srv";
    facts.uid = 33;
    facts.parent_pid = 1;
    facts.arguments = {"daemon", "--token=abc"};
    recorded.facts.emplace(key(7), std::move(facts));
    recorded.add(key(7), connected_by(key(7)));
    REQUIRE(recorded.processes.size() == 2);
    const Process& process = recorded.processes[1];
    CHECK(process.was_running);
    CHECK(process.executable.path == "/usr/sbin/daemon");
    CHECK(process.working_directory == "/srv");
    CHECK(process.uid == 33);
    CHECK(process.parent == 1);
    CHECK(process.arguments == std::vector<std::string>{"daemon", "--token=[redacted]"});
    CHECK(process.redacted == 1);
}

TEST_CASE("of a program that is gone again the kernel's word stands, and never what runs there by now")
{
    Recorded recorded;
    ProcessFacts later;
    later.executable = "/usr/bin/later";
    later.arguments = {"later"};
    recorded.facts.emplace(key(1), std::move(later));
    recorded.add(key(1), program("/usr/bin/first", {"first", "x"}));
    REQUIRE(recorded.processes.size() == 1);
    CHECK(recorded.processes[0].executable.path == "/usr/bin/first");
}

TEST_CASE("the cgroup and container of a program are those that the kernel gives with its execution, gone or not")
{
    Recorded recorded;
    ProgramExecuted contained = program("/bin/sh", {"sh"});
    contained.cgroup = 7;
    ProgramExecuted unknown = program("/bin/sh", {"sh"});
    unknown.cgroup = 8;
    recorded.add(key(1), contained);
    recorded.add(key(2), unknown);
    REQUIRE(recorded.processes.size() == 2);
    CHECK(recorded.processes[0].container == std::string(64, 'a'));
    CHECK(recorded.processes[0].cgroup == "/docker-" + std::string(64, 'a') + ".scope");
    CHECK(recorded.processes[1].container.empty());
    CHECK(recorded.processes[1].cgroup.empty());
}

TEST_CASE("arguments are kept whole when that is asked for, and those that are missing are counted")
{
    Recorded recorded{ProcessTable::Arguments::whole};
    ProgramExecuted cut = program("/bin/tool", {"tool", "--token=abc"});
    cut.argument_octets += 1000;
    recorded.add(key(1), cut);
    REQUIRE(recorded.processes.size() == 1);
    CHECK(recorded.processes[0].arguments == cut.arguments);
    CHECK(recorded.processes[0].redacted == 0);
    CHECK(recorded.processes[0].arguments_missing == 1000);
}

TEST_CASE("who uses another's socket is told with it")
{
    Recorded recorded;
    recorded.add(key(1), program("/bin/sh", {"sh"}));
    recorded.add(key(1), ProcessForked{key(2)});
    SocketUsed used;
    used.socket = 5;
    used.was_used = true;
    recorded.add(key(2), used);
    REQUIRE(recorded.uses.size() == 1);
    CHECK(recorded.uses[0].socket == 5);
    CHECK(recorded.uses[0].process == 2);
    CHECK(recorded.uses[0].was_used);
}
