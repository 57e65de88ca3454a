#include "cli/doctor_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "base/text.h"
#include "capture/host_check.h"
#include "cli/print.h"

namespace waybill {
namespace {

constexpr int format_version = 1;

std::string as_json(const HostChecks& host)
{
    using Json = nlohmann::ordered_json;
    Json modes = Json::array();
    for (const ModeCheck& mode : host.modes)
        modes.push_back({{"network", text(mode.mode)},
                         {"possible", mode.is_possible},
                         {"owners", mode.owners},
                         {"reason", mode.reason}});
    Json checks = Json::array();
    for (const HostCheck& check : host.checks)
        checks.push_back(
            {{"id", check.id}, {"state", text(check.state)}, {"found", check.found}, {"advice", check.advice}});
    const Json json{{"format", "waybill-doctor"},
                    {"v", format_version},
                    {"waybill", WAYBILL_VERSION},
                    {"kernel", host.kernel},
                    {"machine", host.machine},
                    {"root", host.is_root},
                    {"modes", modes},
                    {"checks", checks}};
    return json_without_hidden(json.dump(2, ' ', false, Json::error_handler_t::replace)) + "\n";
}

std::string owners_of(const ModeCheck& mode)
{
    if (mode.owners.empty())
        return "which process is behind a flow is not known";
    return mode.owners == "kernel" ? "each flow with its process, told by the kernel (eBPF)"
                                   : "each flow with its process, told by its calls (seccomp)";
}

std::string as_text(const HostChecks& host)
{
    std::string lines = fmt::format("waybill doctor · Linux {} {} · {}\n\nwaybill run --network\n", host.kernel,
                                    host.machine, host.is_root ? "as root" : "as an ordinary user");
    for (const ModeCheck& mode : host.modes) {
        if (mode.mode == NetworkMode::interface)
            lines += "\nwaybill capture\n";
        lines += fmt::format("  {:<10} {:<12} {}\n", mode.mode == NetworkMode::interface ? "-i any" : text(mode.mode),
                             mode.is_possible ? "possible" : "not possible",
                             mode.is_possible ? owners_of(mode) : printable(mode.reason));
    }
    lines += "\nThis host\n";
    for (const HostCheck& check : host.checks) {
        lines += fmt::format("  {:<12} {:<8} {}\n", check.id, text(check.state), printable(check.found));
        if (!check.advice.empty())
            lines += fmt::format("  {:<12} {:<8}   to mend it: {}\n", "", "", printable(check.advice));
    }
    return lines;
}

}  // namespace

ExitCode doctor(const DoctorOptions& options)
{
    const HostChecks host = check_host();
    if (const ExitCode printed = print_text(options.json ? as_json(host) : as_text(host)); printed != ExitCode::ok)
        return printed;
    const auto possible = std::ranges::count_if(host.modes, &ModeCheck::is_possible);
    if (possible == 0)
        return ExitCode::not_permitted;
    return possible == std::ssize(host.modes) ? ExitCode::ok : ExitCode::findings;
}

}  // namespace waybill
