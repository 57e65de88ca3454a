#include "report/owner_words.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace waybill;

TEST_CASE("a program is called by its package, else its script, else its executable")
{
    Process process;
    process.inner_pid = 40;
    CHECK(program_text(process) == "pid 40");
    process.executable.path = "/usr/bin/node";
    CHECK(program_text(process) == "node");
    process.script = ProgramFile{"/srv/cli.js", {}};
    CHECK(program_text(process) == "cli.js");
    process.package = Package{"@acme/coder", {}};
    CHECK(program_text(process) == "@acme/coder");
    process.package->version = "1.2.3";
    CHECK(program_text(process) == "@acme/coder 1.2.3");
    process.package->name = "a\x1b[31m";
    CHECK(program_text(process).find('\x1b') == std::string::npos);
}

TEST_CASE("an owner is told with what started it, where its own name says little")
{
    const auto process = [](std::uint64_t id, std::uint64_t parent, std::uint64_t previous, std::string executable) {
        Process made;
        made.id = id;
        made.parent = parent;
        made.previous = previous;
        made.executable.path = std::move(executable);
        return made;
    };
    std::vector<Process> processes{process(1, 0, 0, "/bin/sh"), process(2, 1, 0, "/usr/bin/curl"),
                                   process(3, 2, 0, "/usr/bin/curl"), process(4, 1, 1, "/usr/bin/git"),
                                   process(5, 4, 0, "/usr/bin/node")};
    processes[4].package = Package{"acme", "2"};
    struct Row {
        std::uint64_t process;
        const char* text;
    };
    for (const Row& row : {Row{1, "sh"}, Row{2, "sh > curl"}, Row{3, "sh > curl"}, Row{4, "sh > git"}, Row{5, "acme 2"},
                           Row{0, "-"}, Row{99, "-"}}) {
        CAPTURE(row.process);
        CHECK(owner_text({row.process, MatchQuality::exact, {}}, processes) == row.text);
    }
}
