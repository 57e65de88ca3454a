#include "report/owner_words.h"

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

}  // namespace

std::string program_text(const Process& process)
{
    if (process.package)
        return printable(process.package->name + (process.package->version.empty() ? "" : " ") +
                         process.package->version);
    const std::string_view path = process.script ? process.script->path : process.executable.path;
    const std::string_view name = file_name(path);
    return name.empty() ? "pid " + std::to_string(process.inner_pid) : printable(name);
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

}  // namespace waybill
