#include "capture/owner/process_choice.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "base/file_descriptor.h"
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
    for (fs::directory_iterator entry{"/proc", problem}, end; !problem && entry != end; entry.increment(problem))
        if (const auto number = number_of(entry->path().filename().string()))
            numbers.push_back(*number);
    return numbers;
}

/// By the real user, as the hooks tell (bpf_get_current_uid_gid).
bool is_of_user(std::uint32_t process, std::uint32_t user)
{
    const auto facts = read_thread_facts(process);
    return facts && facts->uid == user;
}

bool runs(std::uint32_t process, const ProgramIdentity& program)
{
    struct stat status{};
    return ::stat(fmt::format("/proc/{}/exe", process).c_str(), &status) == 0 && status.st_dev == program.device &&
           status.st_ino == program.inode;
}

/// Of the cgroup and of those below it; one that goes meanwhile has none.
std::vector<std::uint32_t> members_of(const fs::path& cgroup)
{
    std::vector<std::uint32_t> members;
    std::vector<fs::path> folders{cgroup};
    for (std::size_t at = 0; at < folders.size(); ++at) {  // a hierarchy has no cycles
        std::ifstream file{folders[at] / "cgroup.procs"};
        for (std::string line; std::getline(file, line);)
            if (const auto number = number_of(line); number && *number != 0)
                members.push_back(*number);
        std::error_code problem;
        std::error_code none;
        for (fs::directory_iterator entry{folders[at], problem}, end; !problem && entry != end;
             entry.increment(problem))
            if (entry->is_directory(none))
                folders.push_back(entry->path());
    }
    return members;
}

/// The device of the file system that an open file is on, as the mounts have it (proc_pid_mountinfo(5)); what stat(2)
/// says where they have none.
std::uint64_t superblock_of(const FileDescriptor& file, std::uint64_t device)
{
    std::ifstream info{fmt::format("/proc/self/fdinfo/{}", file.get())};
    std::string mount;
    for (std::string word; info >> word;)
        if (word == "mnt_id:")
            info >> mount;
    std::ifstream mounts{"/proc/self/mountinfo"};
    for (std::string line; std::getline(mounts, line);) {
        std::istringstream words{line};
        std::string id;
        std::string parent;
        unsigned major = 0;
        unsigned minor = 0;
        char colon = 0;
        if (words >> id >> parent >> major >> colon >> minor && id == mount)
            return makedev(major, minor);
    }
    return device;
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
    const FileDescriptor file{::open(path.c_str(), O_PATH | O_CLOEXEC)};
    struct stat status{};
    if (!file || ::fstat(file.get(), &status) != 0)
        return std::nullopt;
    return ProgramIdentity{status.st_dev, superblock_of(file, status.st_dev), status.st_ino};
}

std::vector<std::uint32_t> running_processes(const ProcessChoice& choice)
{
    if (choice.is_whole_host())
        return {};
    const auto members = choice.cgroup ? members_of(*choice.cgroup) : std::vector<std::uint32_t>{};
    if (!choice.is_narrowed())
        return members;
    std::vector<std::uint32_t> chosen = choice.processes;
    if (chosen.empty())
        for (const std::uint32_t process : all_processes())
            if (choice.user ? is_of_user(process, *choice.user) : runs(process, *choice.program))
                chosen.push_back(process);
    if (!choice.user)
        chosen = with_descendants(std::move(chosen));
    if (choice.cgroup)
        std::erase_if(chosen,
                      [&](std::uint32_t process) { return std::ranges::find(members, process) == members.end(); });
    return chosen;
}

}  // namespace waybill
