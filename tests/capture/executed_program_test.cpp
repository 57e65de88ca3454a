#include "capture/owner/executed_program.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/support/scratch_folder.h"

using namespace waybill;

TEST_CASE("a script's first line says who runs it")
{
    struct Row {
        std::string head;
        std::optional<InterpreterLine> line;
    };
    const std::vector<Row> rows{
        {"#!/bin/sh\n", InterpreterLine{"/bin/sh", ""}},
        {"#!/usr/bin/env node\nx", InterpreterLine{"/usr/bin/env", "node"}},
        {"#! \t/bin/a  -b  -c \t\n", InterpreterLine{"/bin/a", "-b  -c"}},
        {"#!/bin/sh", InterpreterLine{"/bin/sh", ""}},
        {std::string{"#!/bin/sh\0rest\n", 15}, InterpreterLine{"/bin/sh", ""}},
        {"#!\n/bin/sh\n", std::nullopt},
        {"#!   \n", std::nullopt},
        {"#", std::nullopt},
        {"", std::nullopt},
        {"\x7f"
         "ELF",
         std::nullopt},
        {" #!/bin/sh\n", std::nullopt},
    };
    for (const Row& row : rows) {
        CAPTURE(row.head);
        CHECK(read_interpreter_line(row.head) == row.line);
    }
}

TEST_CASE("what an execution will run is looked up as the caller sees its files")
{
    const test::ScratchFolder scratch;
    const auto write_program = [&](const char* name, const std::string& text, std::filesystem::perms mode) {
        const auto path = scratch.path() / name;
        std::ofstream{path} << text;
        std::filesystem::permissions(path, mode);
        return path.string();
    };
    const auto all = std::filesystem::perms{0755};
    const std::string inner = write_program("inner", "#!/bin/sh -e\n", all);
    const std::string outer = write_program("outer", "#!" + inner + " x\n", all);
    const std::string plain = write_program("plain", "#!/bin/sh\n", std::filesystem::perms{0644});
    const std::string circle = write_program("circle", "#!" + scratch.path().string() + "/circle\n", all);
    const auto look = [](std::string path, std::vector<std::string> arguments, int folder = AT_FDCWD) {
        return look_up_program(::getpid(), {folder, std::move(path), std::move(arguments)});
    };
    const auto shell = look("/bin/sh", {"sh", "-c", "x"});
    REQUIRE(shell);
    CHECK(shell->path == "/bin/sh");
    CHECK(shell->arguments == std::vector<std::string>{"sh", "-c", "x"});
    CHECK(shell->identity == identify(std::filesystem::path{"/bin/sh"}));
    const auto script = look(inner, {"a name", "b"});
    REQUIRE(script);
    CHECK(script->arguments == std::vector<std::string>{"/bin/sh", "-e", inner, "b"});
    const auto nested = look(outer, {"a", "b"});
    REQUIRE(nested);
    CHECK(nested->arguments == std::vector<std::string>{"/bin/sh", "-e", inner, "x", outer, "b"});
    CHECK(nested->path == "/bin/sh");
    const FileDescriptor folder{::open(scratch.path().c_str(), O_PATH | O_CLOEXEC)};
    CHECK(look("inner", {}, folder.get()));
    CHECK_FALSE(look(plain, {}));
    CHECK_FALSE(look(circle, {}));
    CHECK_FALSE(look(scratch.path().string(), {}));
    CHECK_FALSE(look("/nonexistent", {}));
}

TEST_CASE("a program that is named by /proc/self or a descriptor is the caller's, not that of who looks")
{
    const FileDescriptor shell{::open("/bin/sh", O_RDONLY)};  // goes with the execution
    const pid_t child = ::fork();
    if (child == 0) {
        ::execl("/bin/sleep", "sleep", "60", nullptr);
        ::_exit(1);
    }
    const auto sleep = identify(std::filesystem::path{"/bin/sleep"});
    const auto exe = std::filesystem::path{"/proc"} / std::to_string(child) / "exe";
    while (identify(exe) != sleep)  // ends: the child executes its program
        ::usleep(1000);
    for (const char* name : {"/proc/self/exe", "/proc/thread-self/exe"}) {
        CAPTURE(name);
        const auto program = look_up_program(child, {AT_FDCWD, name, {"sleep", "--type=child"}});
        REQUIRE(program);
        CHECK(program->identity == sleep);
        CHECK(program->path == std::filesystem::canonical("/bin/sleep"));
        CHECK(program->arguments == std::vector<std::string>{"sleep", "--type=child"});
    }
    const auto opened = look_up_program(child, {AT_FDCWD, "/dev/fd/" + std::to_string(shell.get()), {"sh"}});
    REQUIRE(opened);
    CHECK(opened->path == std::filesystem::canonical("/bin/sh"));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
}
