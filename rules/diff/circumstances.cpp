#include "rules/diff/circumstances.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/joined.h"
#include "rules/diff/observation.h"

namespace waybill::diff {
namespace {

using NamedValue = std::pair<std::string, std::string>;
using Values = std::set<std::string>;
/// By name; what has one is told only where the sides have other values.
using Table = std::map<std::string, BeforeAfter<Values>>;

std::string yes_or_no(bool value)
{
    return value ? "yes" : "no";
}

std::string first_digits(const std::string& digest)
{
    constexpr std::size_t enough = 12;  // to tell files apart by eye; cases hold the whole
    return digest.empty() ? "not known" : digest.substr(0, enough);
}

std::string recipe_of(const Run& run)
{
    return run.recipe ? run.recipe->name + " " + first_digits(run.recipe->sha256) : std::string{};
}

/// Those that a recipe set with their values, as run.json has them, the others by name.
std::string variables_of(const Run& run)
{
    std::vector<std::string> words;
    for (const std::string& name : run.set_environment)
        if (!run.recipe ||
            std::ranges::find(run.recipe->environment, name, &NamedValue::first) == run.recipe->environment.end())
            words.push_back(name);
    if (run.recipe)
        for (const auto& [name, value] : run.recipe->environment)
            words.push_back(name + "=" + value);
    std::ranges::sort(words);
    return joined(words, " ");
}

/// What run.json says of how a recording was made, in the order in which it is told.
struct Fact {
    std::string_view name;
    std::function<std::string(const Run&)> value;
};

const std::vector<Fact>& facts()
{
    static const std::vector<Fact> all{
        {"command", [](const Run& run) { return joined(run.command, " "); }},
        {"network", [](const Run& run) { return std::string{text(run.mode)}; }},
        {"Waybill", [](const Run& run) { return run.waybill; }},
        {"kernel", [](const Run& run) { return run.kernel; }},
        {"machine", [](const Run& run) { return run.machine; }},
        {"user", [](const Run& run) { return std::to_string(run.user); }},
        {"fresh HOME", [](const Run& run) { return yes_or_no(run.fresh_home); }},
        {"clean environment", [](const Run& run) { return yes_or_no(run.clean_environment); }},
        {"variables set", [](const Run& run) { return variables_of(run); }},
        {"recipe", [](const Run& run) { return recipe_of(run); }},
        {"account", [](const Run& run) { return run.recipe ? run.recipe->account : std::string{}; }},
        {"packets trimmed", [](const Run& run) { return yes_or_no(run.trimmed); }},
        {"exit status", [](const Run& run) { return std::to_string(run.exit.code); }},
    };
    return all;
}

/// Ids of the processes whose versions are told: those that made contacts, and what the command itself ran.
std::set<std::uint64_t> told_processes(const Report& report)
{
    std::set<std::uint64_t> told;
    if (!report.processes.empty())
        told.insert(report.processes.front().id);
    for (const Process& process : report.processes)
        if (process.previous != 0 && told.contains(process.previous))
            told.insert(process.id);  // ids grow: what ran before has the lower one
    for (const RatedContact& rated : report.contacts)
        told.insert(rated.contact.owner.process);
    return told;
}

using SideOfTable = Values BeforeAfter<Values>::*;

void add_programs(Table& table, const Report& report, SideOfTable side)
{
    const auto told = told_processes(report);
    for (const Process& process : report.processes) {
        const std::string name = program_of(process);
        if (!told.contains(process.id) || name.empty())
            continue;
        if (process.package)
            (table["package " + name].*side).insert(process.package->version.empty() ? "-" : process.package->version);
        const ProgramFile& file = process.script ? *process.script : process.executable;
        (table["digest of " + name].*side).insert(first_digits(file.sha256));
    }
}

void add_packs(Table& table, const PacksOfCases& cases, SideOfTable side)
{
    for (const auto& packs : cases)
        for (const PackIdentity& pack : packs)
            (table["pack " + pack.id].*side).insert(first_digits(pack.digest));
}

void tell(std::vector<Circumstance>& told, const std::string& name, const BeforeAfter<Values>& values)
{
    if (values.before == values.after)
        return;
    told.push_back({name, {{values.before.begin(), values.before.end()}, {values.after.begin(), values.after.end()}}});
}

}  // namespace

std::vector<Circumstance> circumstances(const BeforeAfter<std::span<const Report>>& sides,
                                        const BeforeAfter<PacksOfCases>& packs)
{
    const std::array both{std::pair{sides.before, &BeforeAfter<Values>::before},
                          std::pair{sides.after, &BeforeAfter<Values>::after}};
    std::vector<Circumstance> told;
    for (const Fact& fact : facts()) {
        BeforeAfter<Values> values;
        for (const auto& [reports, side] : both)
            for (const Report& report : reports)
                if (report.run)
                    if (std::string value = fact.value(*report.run); !value.empty())
                        (values.*side).insert(std::move(value));
        tell(told, std::string{fact.name}, values);
    }
    Table programs;
    for (const auto& [reports, side] : both)
        for (const Report& report : reports)
            add_programs(programs, report, side);
    for (const auto& [name, values] : programs)
        if (!values.before.empty() && !values.after.empty())  // else the program itself is new or gone
            tell(told, name, values);
    Table held;
    add_packs(held, packs.before, &BeforeAfter<Values>::before);
    add_packs(held, packs.after, &BeforeAfter<Values>::after);
    for (const auto& [name, values] : held)
        tell(told, name, values);
    return told;
}

}  // namespace waybill::diff
