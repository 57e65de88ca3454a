#include "capture/network/mounts.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/mount.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>

#include "base/file_descriptor.h"

namespace waybill::contained {
namespace {

namespace fs = std::filesystem;

constexpr const char* own_folder = "/run/waybill";  // what is bound over the host's files lies here
constexpr const char* run_options = "mode=0755,size=64m";

std::error_code mount(const char* source, const std::string& target, const char* type, unsigned long flags,
                      const char* options = nullptr)
{
    if (::mount(source, target.c_str(), type, flags, options) != 0)
        return last_error();
    return {};
}

std::error_code bind(const std::string& source, const std::string& target)
{
    return mount(source.c_str(), target, nullptr, MS_BIND | MS_REC);
}

std::error_code make_read_only(const char* path)
{
    mount_attr attributes{};
    attributes.attr_set = MOUNT_ATTR_RDONLY;
    if (::syscall(SYS_mount_setattr, AT_FDCWD, path, AT_RECURSIVE, &attributes, sizeof attributes) != 0)
        return last_error();
    return {};
}

bool is_below(const fs::path& path, const fs::path& folder)
{
    const fs::path relative = path.lexically_relative(folder);
    return !relative.empty() && *relative.begin() != "..";
}

std::string read_text(const fs::path& path)
{
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, {}};
}

bool write_text(const fs::path& path, std::string_view text)
{
    std::error_code ignored;
    fs::create_directories(path.parent_path(), ignored);
    std::ofstream file{path, std::ios::trunc};
    file << text;
    return file.flush().good();
}

/// What must be known of the host's files before /run is covered.
struct HostView {
    std::map<fs::path, fs::path> links_in_run;  ///< /run/current-system and the like: name, target
    fs::path resolv_conf;                       ///< where the links of /etc/resolv.conf end, whether or not that exists
    fs::path nsswitch;
    fs::path working_folder;
    FileDescriptor working_folder_open;
};

HostView look_at_host()
{
    HostView host;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator{"/run", ignored})
        if (entry.is_symlink(ignored))
            host.links_in_run[entry.path()] = fs::read_symlink(entry.path(), ignored);
    host.resolv_conf = fs::weakly_canonical("/etc/resolv.conf", ignored);
    host.nsswitch = fs::weakly_canonical("/etc/nsswitch.conf", ignored);
    host.working_folder = fs::current_path(ignored);
    if (is_below(host.working_folder, "/run") || is_below(host.working_folder, "/var/run"))
        host.working_folder_open = FileDescriptor{::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC)};
    return host;
}

std::error_code cover_run()
{
    if (const auto failed = mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, run_options))
        return failed;
    struct stat run{};
    struct stat var_run{};
    if (::stat("/run", &run) != 0 || ::stat("/var/run", &var_run) != 0)
        return {};  // no /var/run to be covered
    if (run.st_dev == var_run.st_dev && run.st_ino == var_run.st_ino)
        return {};
    return mount("tmpfs", "/var/run", "tmpfs", MS_NOSUID | MS_NODEV, run_options);
}

void furnish_run(const HostView& host, const MountPlan& plan, MountNotes& notes)
{
    std::error_code ignored;
    for (const auto& [name, target] : host.links_in_run)
        fs::create_symlink(target, name, ignored);
    fs::create_directories("/run/lock", ignored);
    fs::permissions("/run/lock", fs::perms::all | fs::perms::sticky_bit, ignored);
    const fs::path runtime_folder = runtime_folder_of(plan.uid);
    fs::create_directories(runtime_folder, ignored);
    fs::permissions(runtime_folder, fs::perms::owner_all, ignored);
    if (::chown(runtime_folder.c_str(), plan.uid, plan.gid) != 0)
        notes.failures.push_back(fmt::format("{} could not be given to the command's user", runtime_folder.string()));
    if (!host.working_folder_open)
        return;
    fs::create_directories(host.working_folder, ignored);
    const std::string opened = fmt::format("/proc/self/fd/{}", host.working_folder_open.get());
    if (bind(opened, host.working_folder.string()) || ::chdir(host.working_folder.c_str()) != 0)
        notes.failures.emplace_back("the working directory is below /run and could not be kept visible by its path");
}

/// Puts `text` where `target` is: into the new /run, or over the host's file.
void replace_file(const fs::path& target, const char* own_name, const std::string& text, MountNotes& notes)
{
    const fs::path own = fs::path{own_folder} / own_name;
    std::error_code ignored;
    if (!write_text(own, text) ||
        ((is_below(target, "/run") || is_below(target, "/var/run")) ? !write_text(target, text)
         : fs::exists(target, ignored)                              ? static_cast<bool>(bind(own, target.string()))
                                                                    : false))
        notes.failures.push_back(fmt::format("{} is still the host's", target.string()));
}

/// An empty file over each socket that can still be reached: connecting to it is refused.
void cover_sockets(const MountPlan& plan, MountNotes& notes)
{
    const fs::path closed = fs::path{own_folder} / "closed";
    if (!write_text(closed, "") || ::chmod(closed.c_str(), 0) != 0) {
        notes.failures.emplace_back("daemons' sockets outside /run could not be covered");
        return;
    }
    for (const std::string& path : plan.socket_paths) {
        std::error_code ignored;
        if (!fs::is_socket(path, ignored))
            continue;  // gone, or below /run
        if (bind(closed, path))
            notes.failures.push_back(fmt::format("the socket {} could not be covered", path));
        else
            notes.covered_sockets.push_back(path);
    }
}

/// The command's own process table. Where the host's is partly covered (a container), the kernel refuses a new one.
void renew_proc(MountNotes& notes)
{
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC))
        notes.failures.emplace_back("the command sees the host's /proc, with other process numbers than its own");
}

void protect_settings(MountNotes& notes)
{
    bool all = !make_read_only("/sys");
    for (const char* path : {"/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus"}) {
        std::error_code ignored;
        if (fs::exists(path, ignored))
            all = !bind(path, path) && !make_read_only(path) && all;
    }
    if (!all)
        notes.failures.emplace_back("kernel settings below /proc or /sys are not read-only to the command");
}

}  // namespace

fs::path runtime_folder_of(uid_t uid)
{
    return fmt::format("/run/user/{}", uid);
}

std::string nsswitch_without_daemons(std::string_view host)
{
    std::string text;
    bool has_hosts = false;
    while (!host.empty()) {
        const std::string_view line = host.substr(0, host.find('\n'));
        host.remove_prefix(std::min(line.size() + 1, host.size()));
        const std::size_t colon = line.find(':');
        if (line.starts_with('#') || colon == std::string_view::npos)
            continue;
        const bool is_hosts = line.substr(0, colon) == "hosts";
        has_hosts = has_hosts || is_hosts;
        text += fmt::format("{}: {}\n", line.substr(0, colon), is_hosts ? "files dns" : "files");
    }
    if (!has_hosts)
        text += "hosts: files dns\n";
    return text;
}

std::expected<MountNotes, RunError> arrange_files(const MountPlan& plan)
{
    MountNotes notes;
    if (const auto failed = mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE))
        return std::unexpected(step_failed("make the mounts private", failed));
    const HostView host = look_at_host();
    const std::string nsswitch = nsswitch_without_daemons(read_text(host.nsswitch));
    if (const auto failed = cover_run())
        return std::unexpected(step_failed("cover /run", failed));
    furnish_run(host, plan, notes);
    replace_file(host.resolv_conf, "resolv.conf", plan.resolv_conf, notes);
    replace_file(host.nsswitch, "nsswitch.conf", nsswitch, notes);
    cover_sockets(plan, notes);
    renew_proc(notes);
    if (plan.protect_settings)
        protect_settings(notes);
    return notes;
}

}  // namespace waybill::contained
