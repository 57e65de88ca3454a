#include "capture/privileges.h"

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <string_view>

#include "base/last_error.h"

namespace waybill {
namespace {

constexpr unsigned last_possible_capability = 63;  // the kernel's sets have 64 bits
constexpr int most_groups = 65536;                 // NGROUPS_MAX of Linux

std::optional<uid_t> number(std::string_view text)
{
    uid_t value = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), value);
    if (error != std::errc{} || end != text.end())
        return std::nullopt;
    return value;
}

UserIdentity identity(const passwd& entry)
{
    UserIdentity user{entry.pw_uid, entry.pw_gid, {}, entry.pw_name, entry.pw_dir, entry.pw_shell};
    int count = 64;
    std::vector<gid_t> groups(static_cast<std::size_t>(count));
    while (getgrouplist(entry.pw_name, entry.pw_gid, groups.data(), &count) < 0 && count <= most_groups &&
           static_cast<std::size_t>(count) > groups.size())
        groups.resize(static_cast<std::size_t>(count));
    groups.resize(static_cast<std::size_t>(std::max(count, 0)));
    user.groups = std::move(groups);
    return user;
}

}  // namespace

std::optional<UserIdentity> find_user(const std::string& name_or_uid)
{
    // One thread, and nothing keeps the entry: the plain calls are safe here.
    const passwd* entry = getpwnam(name_or_uid.c_str());  // NOLINT(concurrency-mt-unsafe)
    if (entry == nullptr) {
        const auto uid = number(name_or_uid);
        if (!uid)
            return std::nullopt;
        entry = getpwuid(*uid);  // NOLINT(concurrency-mt-unsafe)
    }
    if (entry == nullptr)
        return std::nullopt;
    return identity(*entry);
}

std::optional<std::uint32_t> find_uid(const std::string& name_or_uid)
{
    if (const auto user = find_user(name_or_uid))
        return user->uid;
    return number(name_or_uid);
}

std::optional<UserIdentity> user_behind_sudo()
{
    const char* const uid_text = std::getenv("SUDO_UID");  // NOLINT(concurrency-mt-unsafe): one thread
    const char* const gid_text = std::getenv("SUDO_GID");  // NOLINT(concurrency-mt-unsafe): one thread
    if (geteuid() != 0 || uid_text == nullptr)
        return std::nullopt;
    const auto uid = number(uid_text);
    if (!uid || *uid == 0)
        return std::nullopt;
    if (auto user = find_user(uid_text))
        return user;
    UserIdentity nameless;
    nameless.uid = *uid;
    nameless.gid = gid_text == nullptr ? *uid : number(gid_text).value_or(*uid);
    nameless.groups = {nameless.gid};
    return nameless;
}

std::error_code become(const UserIdentity& user)
{
    if (::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0)
        return last_error();
    return become_wholly(user);
}

std::error_code become_wholly(const UserIdentity& user)
{
    if (::setgroups(user.groups.size(), user.groups.data()) != 0 || ::setresgid(user.gid, user.gid, user.gid) != 0 ||
        ::setresuid(user.uid, user.uid, user.uid) != 0)
        return last_error();
    return {};
}

std::error_code restrict_capabilities(CapabilitySet kept)
{
    ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);  // a kernel without ambient sets has none to clear
    // After a change of user the permitted set is whole and the effective one empty: dropping from the bounding set
    // needs CAP_SETPCAP to be effective.
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
    if (::syscall(SYS_capget, &header, sets.data()) != 0)
        return last_error();
    for (auto& half : sets)
        half.effective = half.permitted;
    if (::syscall(SYS_capset, &header, sets.data()) != 0)
        return last_error();
    for (unsigned capability = 0; capability <= last_possible_capability; ++capability) {
        if (kept.contains(capability) || ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) != 1)
            continue;  // kept, already gone, or unknown to this kernel
        if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0)
            return last_error();
    }
    const std::array<std::uint32_t, 2> halves{static_cast<std::uint32_t>(kept.bits()),
                                              static_cast<std::uint32_t>(kept.bits() >> 32U)};
    for (std::size_t i = 0; i < halves.size(); ++i) {
        sets.at(i).permitted &= halves.at(i);
        sets.at(i).effective = sets.at(i).permitted;
        sets.at(i).inheritable = 0;
    }
    return ::syscall(SYS_capset, &header, sets.data()) == 0 ? std::error_code{} : last_error();
}

std::error_code keep_only_files()
{
    if (::geteuid() != 0)
        return {};
    if (const auto failed = forbid_new_privileges())
        return failed;
    return restrict_capabilities({});
}

std::error_code forbid_new_privileges()
{
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? std::error_code{} : last_error();
}

}  // namespace waybill
