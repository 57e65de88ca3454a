#include "capture/owner/interpreted_program.h"

#include <doctest/doctest.h>

#include "base/digest.h"
#include "tests/support/scratch_folder.h"

using namespace waybill;

namespace {

namespace fs = std::filesystem;

}  // namespace

TEST_CASE("the file that an interpreter runs is told from its options")
{
    struct Row {
        const char* executable;
        std::vector<std::string> arguments;
        std::optional<std::string> script;
    };
    const std::vector<Row> rows{
        {"/usr/bin/node", {"node", "cli.js", "--token", "x"}, "cli.js"},
        {"/usr/bin/node", {"node", "--no-warnings", "-r", "hook.js", "cli.js"}, "cli.js"},
        {"/usr/bin/node", {"node", "--max-old-space-size=4096", "cli.js"}, "cli.js"},
        {"/usr/bin/node", {"node", "-e", "text"}, std::nullopt},
        {"/usr/bin/node", {"node"}, std::nullopt},
        {"/usr/bin/node", {"node", "--", "-odd.js"}, "-odd.js"},
        {"/usr/bin/python3.11", {"python3", "-X", "dev", "tool.py", "-c"}, "tool.py"},
        {"/usr/bin/python3.11", {"python3", "-m", "pip", "install"}, std::nullopt},
        {"/usr/bin/python3", {"python3", "-"}, std::nullopt},
        {"/bin/bash", {"bash", "-euc", "text"}, std::nullopt},
        {"/bin/bash", {"bash", "-eu", "script.sh"}, "script.sh"},
        {"/bin/dash", {"sh", "script.sh", "-c"}, "script.sh"},
        {"/usr/bin/java", {"java", "-Xmx1g", "-cp", "a:b", "-jar", "tool.jar"}, "tool.jar"},
        {"/usr/bin/java", {"java", "-cp", "a:b", "example.Main"}, std::nullopt},
        {"/usr/bin/deno", {"deno", "run", "--allow-net", "main.ts"}, "main.ts"},
        {"/usr/bin/bun", {"bun", "run", "index.ts"}, "index.ts"},
        {"/usr/bin/bun", {"bun", "index.ts"}, "index.ts"},
        {"/usr/bin/ruby3.1", {"ruby", "-I", "lib", "tool.rb"}, "tool.rb"},
        {"/usr/bin/perl", {"perl", "-e", "text"}, std::nullopt},
        {"/usr/bin/curl", {"curl", "file"}, std::nullopt},
        {"", {}, std::nullopt},
    };
    for (const Row& row : rows) {
        std::string line = row.executable;
        for (const std::string& argument : row.arguments)
            line += " " + argument;
        CAPTURE(line);
        CHECK(script_of(row.executable, row.arguments) == row.script);
    }
}

TEST_CASE("the package of a file is what the nearest manifest says")
{
    const test::ScratchFolder scratch;
    scratch.write("app/package.json", R"({"name": "app", "version": "9.9.9"})");
    scratch.write("app/node_modules/@acme/coder/package.json", R"({"name": "@acme/coder", "version": "1.2.3"})");
    scratch.write("app/node_modules/@acme/coder/dist/package.json", R"({"type": "module"})");
    scratch.write("app/node_modules/bare/index.js", "");
    scratch.write("venv/lib/python3.11/site-packages/acme-4.5.dist-info/METADATA",
                  "Metadata-Version: 2.1\nName: acme\nVersion: 4.5\n\nName: not this\n");
    scratch.write("venv/lib/python3.11/site-packages/acme-4.5.dist-info/RECORD",
                  "../../../bin/acme,sha256=x,1\nacme/cli.py,sha256=x,1\n");
    scratch.write("broken/package.json", "{");
    scratch.write("odd/package.json", R"({"name": 7})");
    struct Row {
        const char* file;
        std::optional<Package> package;
    };
    const std::vector<Row> rows{
        {"app/index.js", Package{"app", "9.9.9"}},
        {"app/node_modules/@acme/coder/dist/cli.js", Package{"@acme/coder", "1.2.3"}},
        {"app/node_modules/bare/index.js", std::nullopt},
        {"venv/bin/acme", Package{"acme", "4.5"}},
        {"venv/bin/other", std::nullopt},
        {"venv/lib/python3.11/site-packages/acme/cli.py", Package{"acme", "4.5"}},
        {"gems/acme-tool-7.8.9/bin/tool", Package{"acme-tool", "7.8.9"}},
        {"broken/index.js", std::nullopt},
        {"odd/index.js", std::nullopt},
        {"nothing/index.js", std::nullopt},
    };
    for (const Row& row : rows) {
        CAPTURE(row.file);
        const auto found = find_package(scratch.path() / row.file);
        CHECK((found ? std::optional{found->package} : std::nullopt) == row.package);
    }
}

TEST_CASE("a command that is a link into a package is described by what it leads to")
{
    const test::ScratchFolder scratch;
    scratch.write("lib/node_modules/coder/package.json", R"({"name": "coder", "version": "1.0.0"})");
    const std::string text = "console.log(1)\n";
    const fs::path script = scratch.write("lib/node_modules/coder/cli.js", text);
    fs::create_directories(scratch.path() / "bin");
    fs::create_symlink(script, scratch.path() / "bin" / "coder");
    Process process;
    process.executable.path = "/usr/bin/node";
    process.arguments = {"node", "bin/coder", "hello"};
    process.working_directory = scratch.path();
    ProgramDescriber describer;
    describer.describe(process);
    REQUIRE(process.script);
    CHECK(process.script->path == script);
    CHECK(process.script->sha256 == sha256_hex(std::as_bytes(std::span{text})));
    CHECK(process.package == Package{"coder", "1.0.0"});
}

TEST_CASE("a script that has changed since it ran last is described anew")
{
    const test::ScratchFolder scratch;
    const fs::path script = scratch.write("tool.py", "print(1)\n");
    Process process;
    process.executable.path = "/usr/bin/python3";
    process.arguments = {"python3", script};
    ProgramDescriber describer;
    describer.describe(process);
    const auto first = process.script;
    describer.describe(process);
    CHECK(process.script == first);
    scratch.write("tool.py", "print(22)\n");
    scratch.write("package.json", R"({"name": "tool", "version": "2"})");
    describer.describe(process);
    CHECK(process.script->sha256 != first->sha256);
    CHECK(process.package == Package{"tool", "2"});
}

TEST_CASE("a script that is gone, and a program that is no interpreter, have no script")
{
    for (const char* executable : {"/usr/bin/node", "/usr/bin/curl"}) {
        Process process;
        process.executable.path = executable;
        process.arguments = {"x", "/nowhere/at/all.js"};
        ProgramDescriber{}.describe(process);
        CHECK_FALSE(process.script);
        CHECK_FALSE(process.package);
    }
}
