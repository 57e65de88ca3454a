#include "rules/experiment/switch_arms.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/ascii.h"
#include "rules/rate.h"

namespace waybill::rules {
namespace {

constexpr std::string_view name_of_first_arm = "default";
constexpr std::string_view name_of_all = "all switches";
constexpr std::size_t max_arm_name = 60;

bool is_for(const Switch& each, std::string_view product)
{
    return std::ranges::any_of(each.products,
                               [&](std::string_view name) { return equal_ignoring_case(name, product); });
}

std::vector<const Switch*> switches_of(const RuleBook& book, std::string_view product)
{
    std::vector<const Switch*> found;
    for (const Pack& pack : book.packs())
        for (const Switch& each : pack.switches)
            if (is_for(each, product))
                found.push_back(&each);
    return found;
}

CitedSwitch cited(const Switch& each, Date day)
{
    return {.id = std::string{each.id},
            .name = std::string{each.name},
            .effect = std::string{each.effect},
            .covers = each.covers,
            .sources = cite(each.sources, day)};
}

void add_covers(Plan::Arm& arm, const std::vector<Purpose>& covers)
{
    for (const Purpose purpose : covers)
        if (std::ranges::find(arm.covers, purpose) == arm.covers.end())
            arm.covers.push_back(purpose);
    std::ranges::sort(arm.covers);
}

/// Adds to an arm what a switch sets.
void add(Plan::Arm& arm, const Switch& each)
{
    const SwitchSetting& set = each.set;
    for (const auto& [name, value] : set.environment) {
        std::pair<std::string, std::string> variable{name, value};
        if (std::ranges::find(arm.environment, variable) == arm.environment.end())
            arm.environment.push_back(std::move(variable));
    }
    arm.arguments.insert(arm.arguments.end(), set.arguments.begin(), set.arguments.end());
    if (!set.command.empty())
        arm.before.emplace_back(set.command.begin(), set.command.end());
    if (set.file) {
        Plan::File file{.path = std::string{set.file->path}, .json = {}, .text = {}};
        if (set.file->json)
            file.json = *set.file->json;
        if (set.file->text)
            file.text = *set.file->text;
        arm.files.push_back(std::move(file));
    }
    arm.switches.emplace_back(each.id);
    add_covers(arm, each.covers);
}

/// Whether two arms set the same, whatever their names.
bool set_the_same(const Plan::Arm& one, const Plan::Arm& other)
{
    return one.environment == other.environment && one.arguments == other.arguments && one.before == other.before &&
           one.files == other.files;
}

/// Names that stand for their arms in file names have to differ.
void make_names_distinct(std::vector<Plan::Arm>& arms)
{
    std::set<std::string> taken;
    for (Plan::Arm& arm : arms) {
        const std::string plain = arm.name;
        for (std::size_t number = 2; !taken.insert(file_name_of(arm)).second; ++number)  // ends: there are few arms
            arm.name = fmt::format("{} {}", number, plain);
    }
}

std::string known_products(const RuleBook& book)
{
    std::set<std::string_view> names;
    for (const Pack& pack : book.packs())
        for (const Switch& each : pack.switches)
            names.insert(each.products.begin(), each.products.end());
    std::string list;
    for (const std::string_view name : names)
        list += fmt::format("{}{}", list.empty() ? "" : ", ", name);
    return list.empty() ? "none" : list;
}

/// Those that are asked for, of those that a program can set.
std::expected<std::vector<const Switch*>, std::string> chosen(const RuleBook& book, const SwitchChoice& choice)
{
    const std::vector<const Switch*> all = switches_of(book, choice.product);
    if (all.empty())
        return std::unexpected(fmt::format("the packs know no switch of \"{}\"; they know those of {}", choice.product,
                                           known_products(book)));
    std::vector<const Switch*> found;
    for (const Switch* const each : all)
        if (each->set.is_settable() && choice.ids.empty())
            found.push_back(each);
    for (const std::string& id : choice.ids) {
        const auto named = std::ranges::find(all, id, [](const Switch* each) { return each->id; });
        if (named == all.end())
            return std::unexpected(fmt::format("\"{}\" is no switch of {}", id, choice.product));
        if (!(*named)->set.is_settable())
            return std::unexpected(
                fmt::format("\"{}\" ({}) is set by a person alone: the packs say of no way by "
                            "which a program does. Write a plan with an arm that does",
                            id, (*named)->name));
        found.push_back(*named);
    }
    if (found.empty())
        return std::unexpected(
            fmt::format("every switch that the packs know of {} is set by a person alone; write a "
                        "plan with an arm that does",
                        choice.product));
    return found;
}

/// Adds an arm, or its switch to the arm that sets the same.
void add_distinct(std::vector<Plan::Arm>& arms, Plan::Arm arm)
{
    const auto same = std::ranges::find_if(arms, [&](const Plan::Arm& other) { return set_the_same(arm, other); });
    if (same == arms.end()) {
        arms.push_back(std::move(arm));
        return;
    }
    same->switches.push_back(arm.switches.front());
    add_covers(*same, arm.covers);
}

/// One arm that sets what all of them do.
std::expected<Plan::Arm, std::string> together(const std::vector<Plan::Arm>& arms)
{
    Plan::Arm all;
    all.name = name_of_all;
    std::map<std::string, std::string> values;
    for (const Plan::Arm& arm : arms) {
        for (const auto& variable : arm.environment) {
            const auto [known, is_new] = values.insert(variable);
            if (is_new)
                all.environment.push_back(variable);
            else if (known->second != variable.second)
                return std::unexpected(fmt::format("switches set {} to {} and to {}; choose one of them with --switch",
                                                   variable.first, known->second, variable.second));
        }
        all.arguments.insert(all.arguments.end(), arm.arguments.begin(), arm.arguments.end());
        all.before.insert(all.before.end(), arm.before.begin(), arm.before.end());
        all.files.insert(all.files.end(), arm.files.begin(), arm.files.end());
        all.switches.insert(all.switches.end(), arm.switches.begin(), arm.switches.end());
        add_covers(all, arm.covers);
    }
    return all;
}

}  // namespace

std::expected<std::vector<Plan::Arm>, std::string> switch_arms(const RuleBook& book, const SwitchChoice& choice)
{
    const auto switches = chosen(book, choice);
    if (!switches)
        return std::unexpected(switches.error());
    std::vector<Plan::Arm> arms;
    for (const Switch* const each : *switches) {
        Plan::Arm arm;
        arm.name = each->name.substr(0, max_arm_name);
        add(arm, *each);
        add_distinct(arms, std::move(arm));
    }
    if (choice.arms == SwitchChoice::Arms::together) {
        auto all = together(arms);
        if (!all)
            return std::unexpected(all.error());
        arms = {*std::move(all)};
    }
    Plan::Arm first;
    first.name = name_of_first_arm;
    arms.insert(arms.begin(), std::move(first));
    make_names_distinct(arms);
    return arms;
}

std::vector<CitedSwitch> switches_by_hand(const RuleBook& book, std::string_view product, Date day)
{
    std::vector<CitedSwitch> found;
    for (const Switch* const each : switches_of(book, product))
        if (!each->set.is_settable())
            found.push_back(cited(*each, day));
    return found;
}

std::vector<CitedSwitch> cite_switches(const RuleBook& book, const std::vector<std::string>& ids, Date day)
{
    std::vector<CitedSwitch> found;
    for (const std::string& id : ids)
        if (const Switch* const each = book.find_switch(id))
            found.push_back(cited(*each, day));
    return found;
}

std::optional<std::string> find_product(const RuleBook& book, std::string_view product)
{
    for (const Pack& pack : book.packs())
        for (const Switch& each : pack.switches)
            for (const std::string_view name : each.products)
                if (equal_ignoring_case(name, product))
                    return std::string{name};
    return {};
}

}  // namespace waybill::rules
