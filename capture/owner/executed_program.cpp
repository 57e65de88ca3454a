#include "capture/owner/executed_program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <utility>

#include "base/file_descriptor.h"

namespace waybill {
namespace {

namespace fs = std::filesystem;

constexpr int most_interpreters = 5;  // an interpreter may be a script; the kernel gives up then too (ELOOP)
constexpr std::string_view blank = " \t";

/// Opens a path below the thread's own root folder. An absolute symbolic link leads to ours: where that is another file
/// it is not the one that will be seen to run.
FileDescriptor open_below_root(pid_t thread, const std::string& path)
{
    return FileDescriptor{
        ::open(fmt::format("/proc/{}/root{}", thread, path).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
}

std::string link_target(const std::string& link)
{
    std::error_code problem;
    return fs::read_symlink(link, problem).string();
}

/// /proc/self is of whoever looks (proc(5)): here the caller's is meant.
std::string for_caller(pid_t thread, const std::string& path)
{
    struct Name {
        std::string_view own;
        std::string_view below;
    };
    constexpr std::array<Name, 3> names{{{"/proc/self/", ""}, {"/proc/thread-self/", ""}, {"/dev/fd/", "fd/"}}};
    for (const Name& name : names)
        if (path.starts_with(name.own))
            return fmt::format("/proc/{}/{}{}", thread, name.below, path.substr(name.own.size()));
    return path;
}

/// The path from the root folder on.
std::string whole_path(pid_t thread, int folder, const std::string& path)
{
    if (path.starts_with('/'))
        return for_caller(thread, path);
    const std::string base = folder == AT_FDCWD ? link_target(fmt::format("/proc/{}/cwd", thread))
                                                : link_target(fmt::format("/proc/{}/fd/{}", thread, folder));
    return path.empty() ? base : (fs::path{base} / path).lexically_normal().string();
}

bool is_executable(const FileDescriptor& file)
{
    constexpr mode_t anybody = S_IXUSR | S_IXGRP | S_IXOTH;
    struct stat status{};
    return ::fstat(file.get(), &status) == 0 && (status.st_mode & anybody) != 0;
}

std::string head_of(const FileDescriptor& file)
{
    std::string head(interpreter_line_octets, '\0');
    const ssize_t count = ::pread(file.get(), head.data(), head.size(), 0);
    head.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    return head;
}

}  // namespace

std::optional<InterpreterLine> read_interpreter_line(std::string_view head)
{
    head = head.substr(0, interpreter_line_octets);
    if (!head.starts_with("#!"))
        return std::nullopt;
    head.remove_prefix(2);
    head = head.substr(0, head.find_first_of(std::string_view{"\n\0", 2}));
    head.remove_prefix(std::min(head.find_first_not_of(blank), head.size()));
    head = head.substr(0, head.find_last_not_of(blank) + 1);
    const std::size_t end = std::min(head.find_first_of(blank), head.size());
    if (end == 0)
        return std::nullopt;
    InterpreterLine line{std::string{head.substr(0, end)}, {}};
    head.remove_prefix(end);
    head.remove_prefix(std::min(head.find_first_not_of(blank), head.size()));
    line.argument = head;
    return line;
}

std::optional<ExecutedProgram> look_up_program(pid_t thread, ExecutionCall call)
{
    ExecutedProgram program{whole_path(thread, call.folder, call.path), std::move(call.arguments), {}};
    for (int depth = 0; depth < most_interpreters; ++depth) {
        const FileDescriptor file = open_below_root(thread, program.path);
        const auto identity = identify(file);
        if (!identity || !is_executable(file))
            return std::nullopt;
        program.identity = *identity;
        if (program.path.starts_with("/proc/"))  // a link to what the caller itself runs, or has open
            program.path = link_target(fmt::format("/proc/self/fd/{}", file.get()));
        const auto line = read_interpreter_line(head_of(file));
        if (!line)
            return program;
        std::vector<std::string> arguments{line->interpreter};
        if (!line->argument.empty())
            arguments.push_back(line->argument);
        arguments.push_back(depth == 0 ? call.path : program.path);
        if (!program.arguments.empty())
            arguments.insert(arguments.end(), std::next(program.arguments.begin()), program.arguments.end());
        program.arguments = std::move(arguments);
        program.path = whole_path(thread, AT_FDCWD, line->interpreter);
    }
    return std::nullopt;
}

}  // namespace waybill
