#include "report/owner_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace waybill {
namespace {

std::string_view file_name(std::string_view path)
{
    return path.substr(path.find_last_of('/') + 1);  // npos + 1 is 0
}

const Process* find(const std::vector<Process>& processes, std::uint64_t id)
{
    return id == 0 || id > processes.size() ? nullptr : &processes[id - 1];
}

/// What started a program: what the same process ran before, or else what forked it, programs of the same name left out
/// (a copy of itself says nothing).
const Process* starter_of(const Process& process, const std::vector<Process>& processes)
{
    const std::string own = program_text(process);
    const Process* starter = &process;
    // Ends: both have lower ids.
    while ((starter = find(processes, starter->previous != 0 ? starter->previous : starter->parent)) != nullptr)
        if (program_text(*starter) != own)
            return starter;
    return nullptr;
}

/// Whether a program stands for itself: it belongs to a package, or is a script by its own name.
bool says_enough(const Process& process)
{
    return process.package.has_value() || process.script.has_value();
}

std::string package_text(const Package& package)
{
    return printable(package.name + (package.version.empty() ? "" : " ") + package.version);
}

std::string extensions_text(const ExtensionHost& host, Named named)
{
    constexpr std::size_t few = 8;
    const std::size_t count = host.extensions.size();
    const std::size_t listed = named == Named::all || count <= few ? count : few - 1;
    std::string text;
    for (std::size_t i = 0; i < listed; ++i)
        text += (i == 0 ? "" : ", ") + package_text(host.extensions[i]);
    if (listed < count)
        text += fmt::format(" and {} more", count - listed);
    if (host.built_in != 0)
        text += fmt::format("{}{} built in", text.empty() ? "" : ", ", host.built_in);
    if (host.unread != 0)
        text += fmt::format("{}{} that could not be read", text.empty() ? "" : ", ", host.unread);
    return text.empty() ? "none was installed" : text;
}

}  // namespace

std::string program_text(const Process& process)
{
    const std::string_view also = process.extension_host ? " extension host" : "";
    if (process.package)
        return fmt::format("{}{}", package_text(*process.package), also);
    const std::string_view path = process.script ? process.script->path : process.executable.path;
    const std::string_view name = file_name(path);
    return fmt::format("{}{}", name.empty() ? fmt::format("pid {}", process.inner_pid) : printable(name), also);
}

std::string owner_text(const Owner& owner, const std::vector<Process>& processes)
{
    const Process* const process = find(processes, owner.process);
    if (process == nullptr)
        return "-";
    std::string text = program_text(*process);
    if (says_enough(*process))
        return text;
    if (const Process* const starter = starter_of(*process, processes))
        text.insert(0, program_text(*starter) + " > ");
    return text;
}

std::vector<std::string> extension_notes(const Report& report, Named named)
{
    std::vector<std::string> notes;
    for (const RatedContact& rated : report.contacts) {
        const Process* const process = find(report.processes, rated.contact.owner.process);
        if (process == nullptr || !process->extension_host)
            continue;
        const std::string note = fmt::format(
            "By {}: these extensions are loaded ({}) and cannot be told apart; they are those that were installed when "
            "it started.",
            program_text(*process), extensions_text(*process->extension_host, named));
        if (std::ranges::find(notes, note) == notes.end())
            notes.push_back(note);
    }
    return notes;
}

}  // namespace waybill
