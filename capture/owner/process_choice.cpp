#include "capture/owner/process_choice.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <string>

#include "capture/owner/process_facts.h"

namespace waybill {
namespace {

namespace fs = std::filesystem;

std::optional<std::uint32_t> number_of(const std::string& name)
{
    std::uint32_t number = 0;
    const auto* const end = std::to_address(name.end());
    const auto read = std::from_chars(name.data(), end, number);
    return read.ec == std::errc{} && read.ptr == end ? std::optional{number} : std::nullopt;
}

std::vector<std::uint32_t> all_processes()
{
    std::vector<std::uint32_t> numbers;
    std::error_code problem;
    for (const fs::directory_entry& entry : fs::directory_iterator{"/proc", problem})
        if (const auto number = number_of(entry.path().filename().string()))
            numbers.push_back(*number);
    return numbers;
}

bool is_of_user(std::uint32_t process, std::uint32_t user)
{
    struct stat status{};  // proc(5): the folder is its effective user's, but of one that is not dumpable root's
    return ::stat(fmt::format("/proc/{}", process).c_str(), &status) == 0 && status.st_uid == user;
}

bool runs(std::uint32_t process, const ProgramIdentity& program)
{
    return identify_program(fmt::format("/proc/{}/exe", process)) == program;
}

void add_members(const fs::path& cgroup, std::vector<std::uint32_t>& members)
{
    std::error_code problem;
    const auto add = [&](const fs::path& folder) {
        std::ifstream file{folder / "cgroup.procs"};
        for (std::string line; std::getline(file, line);)
            if (const auto number = number_of(line); number && *number != 0)
                members.push_back(*number);
    };
    add(cgroup);
    for (const fs::directory_entry& entry :
         fs::recursive_directory_iterator{cgroup, fs::directory_options::skip_permission_denied, problem})
        if (entry.is_directory(problem))
            add(entry.path());
}

/// The chosen ones and what they have started, as long as the chain of parents is unbroken.
std::vector<std::uint32_t> with_descendants(std::vector<std::uint32_t> chosen)
{
    std::multimap<std::uint32_t, std::uint32_t> children;
    for (const std::uint32_t process : all_processes())
        if (const auto facts = read_process_birth(process))
            children.emplace(facts->parent_pid, process);
    for (std::size_t at = 0; at < chosen.size(); ++at)  // each process has one parent, so it is added once at most
        for (auto [child, end] = children.equal_range(chosen[at]); child != end; ++child)
            if (std::ranges::find(chosen, child->second) == chosen.end())
                chosen.push_back(child->second);
    return chosen;
}

}  // namespace

std::optional<ProgramIdentity> identify_program(const fs::path& path)
{
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0)
        return std::nullopt;
    return ProgramIdentity{status.st_dev, status.st_ino};
}

std::vector<std::uint32_t> running_processes(const ProcessChoice& choice)
{
    if (choice.is_whole_host())
        return {};
    if (!choice.processes.empty())
        return with_descendants(choice.processes);
    std::vector<std::uint32_t> chosen;
    if (!choice.is_narrowed()) {
        add_members(*choice.cgroup, chosen);
        return chosen;
    }
    for (const std::uint32_t process : all_processes())
        if (choice.user ? is_of_user(process, *choice.user) : runs(process, *choice.program))
            chosen.push_back(process);
    return choice.user ? chosen : with_descendants(std::move(chosen));
}

}  // namespace waybill
