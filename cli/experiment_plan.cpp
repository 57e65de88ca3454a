#include "cli/experiment_plan.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/json_document.h"
#include "cli/experiment_folder.h"
#include "rules/experiment/switch_arms.h"
#include "rules/plan/read_plan.h"

namespace waybill {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t max_plan = 4UL << 20U;

Failure usage(std::string message)
{
    return {ExitCode::usage, "experiment: " + std::move(message)};
}

std::expected<Plan::Arm, Failure> arm_of(const std::string& text)
{
    Plan::Arm arm;
    arm.name = text;
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos)
        return arm;
    std::string_view assignments = text;
    if (const std::size_t colon = text.find(':'); colon < equals) {
        arm.name = text.substr(0, colon);
        assignments.remove_prefix(colon + 1);
    }
    while (!assignments.empty()) {  // each turn takes an assignment
        const std::string_view each = assignments.substr(0, assignments.find(','));
        assignments.remove_prefix(std::min(each.size() + 1, assignments.size()));
        const std::size_t middle = each.find('=');
        if (middle == std::string_view::npos || middle == 0)
            return std::unexpected(
                usage(fmt::format("--arm {}: \"{}\" is not VARIABLE=VALUE; a value with a comma in "
                                  "it needs a plan",
                                  text, each)));
        arm.environment.emplace_back(each.substr(0, middle), each.substr(middle + 1));
    }
    return arm;
}

std::expected<Json, Failure> recipe_in(const std::filesystem::path& file)
{
    if (file.empty())
        return Json::object();
    const auto octets = read_file(file, max_plan);
    if (!octets)
        return std::unexpected(Failure{ExitCode::input_not_readable, octets.error()});
    if (const auto strict = JsonDocument::parse(*octets, JsonDocument::Hidden::kept);
        !strict)  // what stands twice would be lost in silence
        return std::unexpected(Failure{ExitCode::input_not_understood,
                                       fmt::format("{}: {}{}{}", file.string(), strict.error().where,
                                                   strict.error().where.empty() ? "" : ": ", strict.error().what)});
    Json recipe = Json::parse(*octets, nullptr, false);
    if (!recipe.is_object())
        return std::unexpected(Failure{ExitCode::input_not_understood, file.string() + ": is no JSON object"});
    return recipe;
}

/// The recipe that the options say, over the one that they name.
std::expected<std::string, Failure> recipe_of(const ExperimentOptions& options, const std::vector<std::string>& command)
{
    auto recipe = recipe_in(options.recipe);
    if (!recipe)
        return std::unexpected(recipe.error());
    if (!command.empty())
        (*recipe)["command"] = command;
    if (!recipe->contains("command"))
        return std::unexpected(usage("no command; write it behind --"));
    if (!options.network.empty())
        (*recipe)["network"] = options.network;
    if (options.clean_environment)
        (*recipe)["clean_environment"] = true;
    if (!options.timeout.empty())
        (*recipe)["timeout"] = options.timeout;
    if (!options.linger.empty())
        (*recipe)["linger"] = options.linger;
    if (!options.account.empty())
        (*recipe)["account"] = options.account;
    return recipe->dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// What the command line says of a plan that comes from elsewhere.
std::expected<Plan, Failure> changed(Plan plan, const ExperimentOptions& options)
{
    if (options.repeats)
        plan.repeats = *options.repeats;
    if (options.margin)
        plan.margin = *options.margin;
    if (options.order == text(Plan::Order::blocks))
        plan.order = Plan::Order::blocks;
    if (options.order == text(Plan::Order::interleaved))
        plan.order = Plan::Order::interleaved;
    if (const auto error = rules::check_plan(plan))
        return std::unexpected(usage(fmt::format("{}: {}", error->where, error->what)));
    return plan;
}

/// What a plan's recipe says, and the command line cannot say in its place.
std::expected<void, Failure> check_options_of_plan(const ExperimentOptions& options)
{
    const std::pair<std::string_view, bool> given[] = {{"--timeout", !options.timeout.empty()},
                                                       {"--linger", !options.linger.empty()},
                                                       {"--account", !options.account.empty()},
                                                       {"--clean-env", options.clean_environment},
                                                       {"--covers", !options.covers.empty()}};
    for (const auto& [name, is_given] : given)
        if (is_given)
            return std::unexpected(usage(fmt::format("{} does not go with a plan; say it in the plan", name)));
    return {};
}

std::expected<Plan, Failure> read_plan(const ExperimentOptions& options)
{
    if (const auto checked = check_options_of_plan(options); !checked)
        return std::unexpected(checked.error());
    const std::string& file = options.words.front();
    const auto octets = read_file(file, max_plan);
    if (!octets)
        return std::unexpected(
            Failure{ExitCode::input_not_readable, octets.error() + " (without --arm the word is a plan's file)"});
    auto plan = rules::parse_plan(*octets);
    if (!plan)
        return std::unexpected(Failure{ExitCode::input_not_understood,
                                       fmt::format("{}: {}{}{}", file, plan.error().where,
                                                   plan.error().where.empty() ? "" : ": ", plan.error().what)});
    if (!options.network.empty()) {
        Json recipe = Json::parse(plan->recipe, nullptr, false);
        recipe["network"] = options.network;
        plan->recipe = recipe.dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    return changed(*std::move(plan), options);
}

std::expected<void, Failure> add_covers(Plan& plan, const std::vector<std::string>& words)
{
    for (const std::string& word : words) {
        const auto purpose = parse_purpose(word);
        if (!purpose)
            return std::unexpected(usage(fmt::format("--covers: \"{}\" is not a purpose", word)));
        for (std::size_t arm = 1; arm < plan.arms.size(); ++arm)
            plan.arms[arm].covers.push_back(*purpose);
    }
    return {};
}

}  // namespace

std::expected<Plan, Failure> plan_of(const ExperimentOptions& options)
{
    if (options.arms.empty() && options.words.size() == 1 && options.recipe.empty())
        return read_plan(options);
    if (options.arms.size() < 2)
        return std::unexpected(
            usage("name a plan's file, or two arms at least: --arm default --arm VARIABLE=VALUE -- COMMAND"));
    auto recipe = recipe_of(options, options.words);
    if (!recipe)
        return std::unexpected(recipe.error());
    Plan plan;
    plan.recipe = *std::move(recipe);
    for (const std::string& text : options.arms) {
        auto arm = arm_of(text);
        if (!arm)
            return std::unexpected(arm.error());
        plan.arms.push_back(*std::move(arm));
    }
    if (const auto added = add_covers(plan, options.covers); !added)
        return std::unexpected(added.error());
    return changed(std::move(plan), options);
}

std::expected<Plan, Failure> opt_out_plan(const ExperimentOptions& options, const Rules& rules)
{
    const rules::SwitchChoice choice{
        .product = options.product,
        .ids = options.switches,
        .arms = options.together ? rules::SwitchChoice::Arms::together : rules::SwitchChoice::Arms::one_each};
    auto arms = rules::switch_arms(rules.book, choice);
    if (!arms)
        return std::unexpected(usage(arms.error()));
    auto recipe = recipe_of(options, options.words);
    if (!recipe)
        return std::unexpected(recipe.error());
    Plan plan;
    plan.product = rules::find_product(rules.book, options.product).value_or(options.product);
    plan.recipe = *std::move(recipe);
    plan.arms = *std::move(arms);
    return changed(std::move(plan), options);
}

}  // namespace waybill
