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

TEST_CASE("what an extension host loads is said once for each list, and that it cannot be told apart")
{
    Report report;
    Process host;
    host.package = Package{"code", "1.2.3"};
    host.extension_host = ExtensionHost{{{"acme.alpha", "1.2.3"}, {"acme.beta", "4.5.6"}}, 90, 0};
    Process other;
    other.executable.path = "/usr/bin/curl";
    report.processes = {host, host, other};
    CHECK(extension_notes(report, Named::few).empty());
    for (const std::uint64_t owner : {1U, 2U, 3U, 0U}) {
        RatedContact rated;
        rated.contact.owner.process = owner;
        report.contacts.push_back(rated);
    }
    CHECK(extension_notes(report, Named::few) ==
          std::vector<std::string>{"By code 1.2.3 extension host: these extensions are loaded (acme.alpha 1.2.3, "
                                   "acme.beta 4.5.6, 90 built in) and cannot be told apart; they are those that were "
                                   "installed when it started."});
    CHECK(owner_text({1, MatchQuality::exact, {}}, report.processes) == "code 1.2.3 extension host");
    for (ExtensionHost* const loaded : {&*report.processes[0].extension_host, &*report.processes[1].extension_host})
        loaded->extensions.assign(20, {"acme.\x1b[31m", "1"});
    const auto few = extension_notes(report, Named::few);
    REQUIRE(few.size() == 1);
    CHECK(few.front().contains(" and 13 more, 90 built in)"));
    CHECK_FALSE(few.front().contains('\x1b'));
    CHECK_FALSE(extension_notes(report, Named::all).front().contains("more"));
    report.processes[0].extension_host = ExtensionHost{{}, 0, 1};
    CHECK(extension_notes(report, Named::few).front().contains("(1 that could not be read)"));
}
