#include "capture/owner/process_facts.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

#include "capture/owner/command_line.h"

namespace waybill {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_octets = 1UL << 20U;  // of a file in /proc; a command line can be longer, and is cut

std::string read_small(const fs::path& path)
{
    const FileDescriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    std::string text;
    std::array<char, 4096> piece{};
    while (text.size() < most_octets) {  // each round reads something
        const ssize_t count = ::read(file.get(), piece.data(), std::min(piece.size(), most_octets - text.size()));
        if (count <= 0)
            break;
        text.append(piece.data(), static_cast<std::size_t>(count));
    }
    return text;
}

std::string link_target(const fs::path& link)
{
    std::error_code problem;
    return fs::read_symlink(link, problem).string();
}

/// The words behind the name in parentheses, which may hold anything: from the state on, the third field.
std::vector<std::string_view> fields_of_stat(std::string_view stat)
{
    std::vector<std::string_view> fields;
    const std::size_t name_end = stat.rfind(") ");
    if (name_end == std::string_view::npos)
        return fields;
    stat.remove_prefix(name_end + 2);
    while (!stat.empty()) {  // each round takes a field
        const std::size_t end = std::min(stat.find(' '), stat.size());
        fields.push_back(stat.substr(0, end));
        stat.remove_prefix(std::min(end + 1, stat.size()));
    }
    return fields;
}

template <typename Number>
std::optional<Number> number_of(std::string_view text)
{
    Number value{};
    const auto [end, problem] = std::from_chars(text.begin(), text.end(), value);
    if (problem != std::errc{} || end == text.begin())
        return std::nullopt;
    return value;
}

bool is_same_start(std::chrono::nanoseconds exact, std::chrono::nanoseconds in_ticks)
{
    const std::chrono::nanoseconds tick = std::chrono::nanoseconds{std::chrono::seconds{1}} / ::sysconf(_SC_CLK_TCK);
    return exact / tick == in_ticks / tick;
}

std::string cgroup_in(std::string_view text)
{
    const std::size_t line = text.starts_with("0::") ? 0 : text.find("\n0::");
    if (line == std::string_view::npos)
        return {};
    const std::string_view rest = text.substr(text.find("0::", line) + 3);
    return std::string{rest.substr(0, rest.find('\n'))};
}

/// The first number of a line of proc_pid_status(5).
std::optional<std::uint32_t> number_in(std::string_view status, std::string_view line)
{
    const std::size_t at = status.find(line);
    return at == std::string_view::npos ? std::nullopt : number_of<std::uint32_t>(status.substr(at + line.size()));
}

constexpr std::string_view process_line = "\nTgid:\t";
constexpr std::string_view user_line = "\nUid:\t";  // the real one comes first

}  // namespace

std::optional<ProcessBirth> read_process_birth(std::uint32_t pid, const fs::path& proc)
{
    constexpr std::size_t parent_field = 4 - 3;  // proc_pid_stat(5), counted from the third
    constexpr std::size_t start_field = 22 - 3;
    const std::string text = read_small(proc / std::to_string(pid) / "stat");
    const auto fields = fields_of_stat(text);
    if (fields.size() <= start_field)
        return std::nullopt;
    const auto parent = number_of<std::uint32_t>(fields[parent_field]);
    const auto ticks = number_of<std::int64_t>(fields[start_field]);
    if (!parent || !ticks)
        return std::nullopt;
    const std::chrono::nanoseconds tick = std::chrono::nanoseconds{std::chrono::seconds{1}} / ::sysconf(_SC_CLK_TCK);
    return ProcessBirth{tick * *ticks, *parent};
}

std::optional<ThreadFacts> read_thread_facts(std::uint32_t thread, const fs::path& proc)
{
    const std::string status = read_small(proc / std::to_string(thread) / "status");
    const auto pid = number_in(status, process_line);
    const auto uid = number_in(status, user_line);
    if (!pid || !uid)
        return std::nullopt;
    return ThreadFacts{*pid, *uid};
}

std::optional<ProcessFacts> read_process_facts(const ProcessKey& process, const fs::path& proc)
{
    if (process.pid == 0)
        return std::nullopt;
    const fs::path folder = proc / std::to_string(process.pid);
    ProcessFacts facts;
    facts.executable = link_target(folder / "exe");
    facts.file = FileDescriptor{::open((folder / "exe").c_str(), O_RDONLY | O_CLOEXEC)};
    facts.working_directory = link_target(folder / "cwd");
    facts.cgroup = cgroup_in(read_small(folder / "cgroup"));
    facts.arguments = split_arguments(read_small(folder / "cmdline"));
    facts.uid = number_in(read_small(folder / "status"), user_line).value_or(0);
    // Last: whose number it is by now, it was before.
    const auto birth = read_process_birth(process.pid, proc);
    if (!birth || !is_same_start(process.start, birth->start))
        return std::nullopt;
    facts.parent_pid = birth->parent_pid;
    return facts;
}

std::uint32_t read_network_namespace(const std::string& process)
{
    struct stat status{};
    const fs::path link = fs::path{"/proc"} / process / "ns/net";
    return ::stat(link.c_str(), &status) == 0 ? static_cast<std::uint32_t>(status.st_ino) : 0;
}

std::string_view container_of(std::string_view cgroup)
{
    constexpr std::size_t id_digits = 64;
    const auto is_digit = [](char character) {
        return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'f');
    };
    for (auto at = cgroup.begin(); at != cgroup.end();) {  // ends: each round goes behind a run of digits
        const auto begin = std::find_if(at, cgroup.end(), is_digit);
        at = std::find_if_not(begin, cgroup.end(), is_digit);
        const bool begins_a_word = begin == cgroup.begin() || *std::prev(begin) == '/' || *std::prev(begin) == '-';
        const bool ends_a_word = at == cgroup.end() || *at == '/' || *at == '.';
        if (static_cast<std::size_t>(at - begin) == id_digits && begins_a_word && ends_a_word)
            return {begin, at};
    }
    return {};
}

}  // namespace waybill
