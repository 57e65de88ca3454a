// What could matter of a run beside its arm (declared in cli/experiment_results.h).
#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/file.h"
#include "capture/case_folder.h"
#include "cli/experiment_results.h"
#include "rules/pack.h"

namespace waybill {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t digest_characters = 16;  // enough to tell files apart; the cases have them whole

std::string file_text(const ProgramFile& file)
{
    const std::string name = fs::path{file.path}.filename().string();
    return fmt::format("{} {}", name, file.sha256.empty() ? "(not read)" : file.sha256.substr(0, digest_characters));
}

/// What the command is: the first program that was executed.
std::string program_text(const Report& report)
{
    const auto first =
        std::ranges::find_if(report.processes, [](const Process& process) { return !process.executable.path.empty(); });
    if (first == report.processes.end())
        return "not recorded";
    std::string words = file_text(first->executable);
    if (first->script)
        words += ", " + file_text(*first->script);
    if (first->package)
        words += fmt::format(", {} {}", first->package->name, first->package->version);
    return words;
}

std::string proxies_text(const ProxySettings& proxies)
{
    std::string words;
    for (const ProxyVariable& variable : proxies.variables)
        words +=
            fmt::format("{}{}={}:{}", words.empty() ? "" : ", ", variable.name, variable.host, number(variable.port));
    for (const std::string& exception : proxies.exceptions)
        words += fmt::format("{}except {}", words.empty() ? "" : ", ", exception);
    return words.empty() ? "none" : words;
}

/// One digest of all packs that were in force.
std::string packs_text(const fs::path& case_folder)
{
    std::error_code problem;
    std::vector<fs::path> files;
    for (fs::recursive_directory_iterator each{case_folder / "data" / "rules", problem}, end; !problem && each != end;
         each.increment(problem))
        files.push_back(each->path());
    std::ranges::sort(files);
    std::string digests;
    for (const fs::path& file : files)
        if (const auto octets = read_regular_file(file, rules::max_pack_octets))
            digests += fmt::format("{} {}\n", file.filename().string(), sha256_hex(as_octets(*octets)));
    return digests.empty() ? "none" : sha256_hex(as_octets(digests)).substr(0, digest_characters);
}

std::string variable_text(const RunRecord& record, std::string_view name)
{
    const auto found = std::ranges::find(record.environment, name, &std::pair<std::string, std::string>::first);
    return found == record.environment.end() ? "not set" : found->second;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> circumstances_of(const Report& report, const RunRecord& record,
                                                                  const fs::path& case_folder)
{
    constexpr std::size_t day_characters = 10;
    const Run& run = *report.run;
    std::vector<std::pair<std::string, std::string>> found;
    found.emplace_back("date (UTC)", to_rfc3339(run.started).substr(0, day_characters));
    found.emplace_back("Waybill", run.waybill);
    found.emplace_back("kernel", fmt::format("{} {}", run.kernel, run.machine));
    found.emplace_back("network", std::string{text(run.mode)});
    found.emplace_back("HOME", run.fresh_home ? "fresh" : "the user's own");
    found.emplace_back("environment", run.clean_environment ? "clean" : "passed on");
    found.emplace_back("user", std::to_string(run.user));
    found.emplace_back("proxies", proxies_text(run.proxies));
    for (const char* const name : variables_that_matter)
        found.emplace_back(name, variable_text(record, name));
    found.emplace_back("program", program_text(report));
    found.emplace_back("rule packs", packs_text(case_folder));
    found.emplace_back("account", run.recipe && !run.recipe->account.empty() ? run.recipe->account : "not declared");
    found.emplace_back("exit status", run.exit.signal == 0 ? std::to_string(run.exit.code)
                                                           : fmt::format("signal {}", run.exit.signal));
    return found;
}

}  // namespace waybill
