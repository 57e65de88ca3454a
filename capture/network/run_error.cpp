#include "capture/network/run_error.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <optional>

namespace waybill::contained {
namespace {

/// A kernel setting that can forbid an unprivileged user namespace, and the value that does.
struct Setting {
    const char* path;
    const char* forbidding;
    std::string_view advice;
};

constexpr std::array settings{
    Setting{"/proc/sys/kernel/unprivileged_userns_clone", "0",
            "the kernel forbids user namespaces to ordinary users; allow them with `sysctl "
            "kernel.unprivileged_userns_clone=1`"},
    Setting{"/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1",
            "AppArmor takes the rights out of user namespaces; give waybill an AppArmor profile with `userns,`, or "
            "allow all "
            "with `sysctl kernel.apparmor_restrict_unprivileged_userns=0`"},
    Setting{"/proc/sys/user/max_user_namespaces", "0",
            "the kernel allows no user namespaces; raise the limit with `sysctl user.max_user_namespaces=10000`"},
    Setting{"/proc/sys/user/max_net_namespaces", "0",
            "the kernel allows no network namespaces; raise the limit with `sysctl user.max_net_namespaces=10000`"},
};

std::optional<std::string> first_word(const char* path)
{
    std::ifstream file{path};
    std::string word;
    if (!(file >> word))
        return std::nullopt;
    return word;
}

bool is_permission(std::error_code code)
{
    return code == std::errc::operation_not_permitted || code == std::errc::permission_denied ||
           code == std::errc::no_space_on_device || code == std::errc::function_not_supported;
}

std::string advice(std::error_code code)
{
    for (const Setting& setting : settings)
        if (first_word(setting.path) == setting.forbidding)
            return std::string{setting.advice};
    if (code == std::errc::no_space_on_device)
        return "a limit on namespaces is reached; see user.max_user_namespaces, user.max_net_namespaces and how deep "
               "namespaces are nested";
    if (code == std::errc::function_not_supported)
        return "this kernel was built without namespaces, or a seccomp filter hides them";
    return "a container's seccomp filter or a security module forbids it; inside a container, allow user namespaces "
           "(for Docker: --security-opt seccomp=unconfined) or run waybill outside of it";
}

}  // namespace

RunError step_failed(std::string_view step, std::error_code code)
{
    if (!is_permission(code))
        return {RunError::Kind::internal, fmt::format("{}: {}", step, code.message())};
    return {RunError::Kind::not_permitted, fmt::format("{}: {}; {}", step, code.message(), advice(code))};
}

}  // namespace waybill::contained
