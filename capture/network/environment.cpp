#include "capture/network/environment.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

#include "capture/browser/browser_shim.h"

namespace waybill::contained {
namespace {

constexpr std::array<std::string_view, 12> socket_variables{
    "SSH_AUTH_SOCK", "SSH_AGENT_PID", "GPG_AGENT_INFO", "DISPLAY",     "WAYLAND_DISPLAY", "WAYLAND_SOCKET",
    "TMUX",          "STY",           "PULSE_SERVER",   "DOCKER_HOST", "CONTAINER_HOST",  "NOTIFY_SOCKET",
};
constexpr std::array<std::string_view, 2> socket_prefixes{"DBUS_", "LISTEN_"};

constexpr std::array<std::string_view, 11> needed_variables{
    "PATH", "HOME", "TERM", "LANG", "LANGUAGE", "USER", "TZ", "LOGNAME", "SHELL", "TMPDIR", "XDG_RUNTIME_DIR"};
constexpr const char* usual_search = "/usr/local/bin:/usr/bin:/bin";  // where PATH is not set
constexpr std::string_view locale_prefix = "LC_";

constexpr std::array<std::string_view, 2> kept_network_hosts{"tcp://", "ssh://"};  // a DOCKER_HOST that is a contact

std::string_view name_of(std::string_view variable)
{
    return variable.substr(0, variable.find('='));
}

std::string_view value_of(std::string_view variable)
{
    const std::size_t equals = variable.find('=');
    return equals == std::string_view::npos ? std::string_view{} : variable.substr(equals + 1);
}

bool is_socket(std::string_view path)
{
    std::error_code ignored;
    return path.starts_with('/') && std::filesystem::is_socket(std::filesystem::path{path}, ignored);
}

/// A value that is a socket's path, alone, as an address (unix:/path, unix:path=/path, unix:///path) or before a comma
/// or colon.
bool names_socket(std::string_view value)
{
    const std::size_t start = value.find('/');
    if (start == std::string_view::npos || value.size() > 4096)
        return false;
    if (start != 0 && !value.starts_with("unix:") && !value.starts_with("local:"))
        return false;
    std::string_view path = value.substr(start);
    while (path.starts_with("//"))
        path.remove_prefix(1);
    return is_socket(path) || is_socket(path.substr(0, path.find_first_of(",:;")));
}

bool leads_out(std::string_view variable)
{
    const std::string_view name = name_of(variable);
    const std::string_view value = value_of(variable);
    const bool is_contact =
        std::ranges::any_of(kept_network_hosts, [&](std::string_view scheme) { return value.starts_with(scheme); });
    if (is_contact)
        return false;
    return std::ranges::find(socket_variables, name) != socket_variables.end() ||
           std::ranges::any_of(socket_prefixes, [&](std::string_view prefix) { return name.starts_with(prefix); }) ||
           names_socket(value);
}

std::optional<std::string> value_in(const std::vector<std::string>& variables, std::string_view name)
{
    const auto found =
        std::ranges::find_if(variables, [&](const std::string& variable) { return name_of(variable) == name; });
    return found == variables.end() ? std::nullopt : std::optional{std::string{value_of(*found)}};
}

void set(std::vector<std::string>& variables, std::string_view name, const std::string& value)
{
    std::erase_if(variables, [&](const std::string& variable) { return name_of(variable) == name; });
    variables.push_back(std::string{name} + "=" + value);
}

void set_user(std::vector<std::string>& variables, const UserIdentity& user)
{
    if (!user.home.empty())
        set(variables, "HOME", user.home);
    if (!user.shell.empty())
        set(variables, "SHELL", user.shell);
    if (user.name.empty())
        return;
    set(variables, "USER", user.name);
    set(variables, "LOGNAME", user.name);
}

}  // namespace

std::vector<std::string> own_environment()
{
    std::vector<std::string> variables;
    for (char** each = environ; each != nullptr && *each != nullptr;
         ++each)  // NOLINT(cppcoreguidelines-pro-bounds-pointer-arithmetic): a null-terminated C array
        variables.emplace_back(*each);
    return variables;
}

Environment environment_for(std::span<const std::string> own, const EnvironmentPlan& plan)
{
    Environment made;
    for (const std::string& variable : own) {
        const std::string_view name = name_of(variable);
        const bool needed =
            std::ranges::find(needed_variables, name) != needed_variables.end() || name.starts_with(locale_prefix);
        if (plan.clean && !needed)
            continue;
        if (plan.contained && leads_out(variable))
            made.removed.emplace_back(name);
        else
            made.variables.push_back(variable);
    }
    std::ranges::sort(made.removed);
    if (plan.user)
        set_user(made.variables, *plan.user);
    for (const std::string& variable : plan.variables)
        set(made.variables, name_of(variable), std::string{value_of(variable)});
    const bool has_runtime_folder = std::ranges::any_of(
        made.variables, [](const std::string& variable) { return name_of(variable) == "XDG_RUNTIME_DIR"; });
    if (plan.runtime_folder && (has_runtime_folder || plan.fresh_home))
        set(made.variables, "XDG_RUNTIME_DIR", plan.runtime_folder->string());
    if (plan.fresh_home) {
        const auto folders = folders_of_home(*plan.fresh_home);
        set(made.variables, "HOME", folders.at(0).string());
        set(made.variables, "XDG_CONFIG_HOME", folders.at(1).string());
        set(made.variables, "XDG_CACHE_HOME", folders.at(2).string());
        set(made.variables, "XDG_DATA_HOME", folders.at(4).string());
        set(made.variables, "XDG_STATE_HOME", folders.at(5).string());
    }
    if (plan.has_browser_shim) {
        const std::string search{value_in(made.variables, "PATH").value_or(usual_search)};
        set(made.variables, "PATH", std::string{BrowserShim::folder} + ":" + search);
        if (!value_in(plan.variables, "BROWSER"))
            set(made.variables, "BROWSER", BrowserShim::program);
    }
    if (plan.marks)
        set(made.variables, "WAYBILL_MARK", plan.marks->string());
    return made;
}

std::vector<std::filesystem::path> folders_of_home(const std::filesystem::path& fresh_home)
{
    return {fresh_home,
            fresh_home / ".config",
            fresh_home / ".cache",
            fresh_home / ".local",
            fresh_home / ".local" / "share",
            fresh_home / ".local" / "state"};
}

}  // namespace waybill::contained
