#include "capture/host_check.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <expected>
#include <fstream>
#include <optional>
#include <utility>

#include "base/file_descriptor.h"
#include "base/last_error.h"
#include "capture/network/contained_run.h"
#include "capture/network/uplink.h"
#include "capture/owner/cgroup.h"
#include "capture/owner/kernel_owners.h"

namespace waybill {
namespace {

using State = HostCheck::State;

constexpr const char* type_information = "/sys/kernel/btf/vmlinux";

HostCheck good(std::string id, std::string found)
{
    return {std::move(id), State::good, std::move(found), {}};
}

HostCheck missing(std::string id, std::string found, std::string advice)
{
    return {std::move(id), State::missing, std::move(found), std::move(advice)};
}

/// A refusal's message says what is in the way and, behind a semicolon, what would mend it.
HostCheck refused(std::string id, const std::string& message)
{
    constexpr std::string_view separator = "; ";
    const std::size_t end = message.find(separator);
    if (end == std::string::npos)
        return missing(std::move(id), message, {});
    return missing(std::move(id), message.substr(0, end), message.substr(end + separator.size()));
}

/// The effective capabilities (proc_pid_status(5)).
std::uint64_t effective_capabilities()
{
    std::ifstream status{"/proc/self/status"};
    constexpr std::string_view name = "CapEff:\t";
    for (std::string line; std::getline(status, line);) {
        if (!line.starts_with(name))
            continue;
        const std::string_view digits = std::string_view{line}.substr(name.size());
        std::uint64_t bits = 0;
        std::from_chars(digits.begin(), digits.end(), bits, 16);
        return bits;
    }
    return 0;
}

HostCheck check_capabilities()
{
    constexpr std::array needed{std::pair{CAP_BPF, "CAP_BPF"}, std::pair{CAP_PERFMON, "CAP_PERFMON"},
                                std::pair{CAP_NET_ADMIN, "CAP_NET_ADMIN"}, std::pair{CAP_NET_RAW, "CAP_NET_RAW"},
                                std::pair{CAP_SYS_PTRACE, "CAP_SYS_PTRACE"}};
    const std::uint64_t held = effective_capabilities();
    std::string absent;
    for (const auto& [number, name] : needed)
        if (((held >> static_cast<unsigned>(number)) & 1U) == 0)
            absent += (absent.empty() ? "" : ", ") + std::string{name};
    if (absent.empty())
        return good("capabilities", "those that watching the kernel needs");
    return missing("capabilities", "without " + absent,
                   "run it as root for --network host; --network sinkhole and isolated need none");
}

HostCheck check_type_information()
{
    const FileDescriptor file{::open(type_information, O_RDONLY | O_CLOEXEC)};
    if (file)
        return good("btf", type_information);
    return missing("btf", fmt::format("{}: {}", type_information, last_error().message()),
                   "a kernel with CONFIG_DEBUG_INFO_BTF, as distributions build it; --network host needs it");
}

HostCheck check_cgroup()
{
    const auto place = place_of_cgroup("waybill-doctor");
    if (!place)
        return missing("cgroup", place.error(), "mount cgroup v2: mount -t cgroup2 none /sys/fs/cgroup/unified");
    return good("cgroup", "version 2, at " + place->parent_path().string());
}

/// Loads and attaches everything, to a cgroup that nobody is in.
HostCheck check_kernel_programs()
{
    constexpr const char* id = "ebpf";
    if (::geteuid() != 0)
        return missing(id, "not tried: only root may", "run waybill doctor as root to see");
    const auto place = place_of_cgroup("waybill-doctor-" + std::to_string(::getpid()));
    const auto cgroup = place ? Cgroup::create(*place) : std::unexpected(place.error());
    if (!cgroup)
        return missing(id, cgroup.error(), "see cgroup");
    KernelOwnersOptions options;
    options.cgroup = cgroup->descriptor();
    const auto kernel = KernelOwners::open(options);
    if (!kernel)
        return missing(id, kernel.error(), "see btf and capabilities; kernel lockdown can forbid it, too");
    if (kernel->refused().empty())
        return good(id, "every hook that tells whose a socket is");
    std::string refused;
    for (const RefusedHook& hook : kernel->refused())
        refused += fmt::format("{}{} ({})", refused.empty() ? "" : ", ", hook.name, hook.reason);
    return {id, State::limited, "without the hooks " + refused, "a newer kernel; what they would tell is a gap"};
}

HostCheck check_call_questions()
{
    const std::uint32_t action = SECCOMP_RET_USER_NOTIF;
    if (::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0)
        return good("seccomp", "user notification: owners without root");
    return missing("seccomp", "no user notification: " + last_error().message(),
                   "Linux 5.0 or newer, with CONFIG_SECCOMP_FILTER; without it owners need root");
}

HostCheck check_namespaces()
{
    if (const auto possible = probe_contained(); !possible)
        return refused("namespaces", possible.error().message);
    return good("namespaces", "user, pid, mount and network");
}

HostCheck check_uplink(const std::expected<contained::UplinkChoice, RunError>& choice)
{
    if (!choice)
        return refused("uplink", choice.error().message);
    return good("uplink", choice->program.string());
}

HostCheck check_resolver(const contained::HostResolver& resolver)
{
    if (resolver.servers.empty() && !resolver.is_local)
        return missing("resolver", "/etc/resolv.conf names none", "name one there, or names will not resolve");
    if (resolver.is_local)
        return {"resolver", State::limited, "a stub or cache on the loopback interface",
                "on the host's network its questions to others are not the command's; in an isolated network it is "
                "passed by"};
    std::string servers;
    for (const IpAddress& server : resolver.servers)
        servers += (servers.empty() ? "" : ", ") + server.text();
    return good("resolver", servers);
}

/// Why the first of them that is missing is: the reason of a mode that needs them all.
std::optional<std::string> first_missing(const std::vector<const HostCheck*>& needed)
{
    for (const HostCheck* const check : needed)
        if (check->state == State::missing)
            return fmt::format("{}: {}", check->id, check->found);
    return std::nullopt;
}

ModeCheck check_mode(NetworkMode mode, const std::vector<const HostCheck*>& needed, std::string owners)
{
    auto reason = first_missing(needed);
    if (reason)
        return {mode, false, {}, *std::move(reason)};
    return {mode, true, std::move(owners), {}};
}

}  // namespace

HostChecks check_host()
{
    HostChecks host;
    utsname system{};
    ::uname(&system);
    host.kernel = static_cast<const char*>(system.release);
    host.machine = static_cast<const char*>(system.machine);
    host.is_root = ::geteuid() == 0;
    const contained::HostResolver resolver = contained::host_resolver();
    const HostCheck namespaces = check_namespaces();
    const HostCheck uplink = check_uplink(contained::choose_uplink({}, resolver));
    const HostCheck questions = check_call_questions();
    const HostCheck programs = check_kernel_programs();
    const std::string contained_owners = programs.state != State::missing    ? "kernel"
                                         : questions.state != State::missing ? "seccomp"
                                                                             : "";
    host.modes = {check_mode(NetworkMode::sinkhole, {&namespaces}, contained_owners),
                  check_mode(NetworkMode::isolated, {&namespaces, &uplink}, contained_owners),
                  check_mode(NetworkMode::host, {&programs}, "kernel"),
                  check_mode(NetworkMode::interface, {&programs}, "kernel")};
    host.checks = {namespaces,
                   uplink,
                   questions,
                   programs,
                   check_type_information(),
                   check_cgroup(),
                   check_capabilities(),
                   check_resolver(resolver)};
    return host;
}

}  // namespace waybill
