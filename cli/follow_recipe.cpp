#include "cli/follow_recipe.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "model/command_variable.h"
#include "rules/recipe/read_recipe.h"

namespace waybill {
namespace {

// The caller's own terminal is of no account, and a run that is to be repeated must not depend on it.
constexpr std::string_view terminal_kind = "xterm-256color";

std::expected<void, Failure> check_variables(const RunOptions& options)
{
    for (const std::string& variable : options.variables) {
        const std::string_view name = std::string_view{variable}.substr(0, variable.find('='));
        const std::string shown = printable(name);
        if (name.size() == variable.size() || !is_variable_name(name))
            return std::unexpected(Failure{ExitCode::usage, fmt::format("--env {}: it must be NAME=VALUE", shown)});
        if (const auto objection = objection_to_variable(name, options.fresh_home))
            return std::unexpected(Failure{ExitCode::usage, fmt::format("variable {} (--env): {}", shown, *objection)});
    }
    return {};
}

bool sets(const std::vector<std::string>& variables, std::string_view name)
{
    return std::ranges::any_of(
        variables, [&](std::string_view variable) { return variable.substr(0, variable.find('=')) == name; });
}

/// What the command line says stands; of variables, what both say.
void take(RunOptions& options, const Recipe& recipe)
{
    if (options.command.empty())
        options.command = recipe.command;
    std::ranges::copy(recipe.arguments, std::back_inserter(options.command));
    if (!options.network && recipe.network) {
        options.network = recipe.network;
        options.network_source = ModeSource::recipe;
    }
    options.fresh_home |= recipe.fresh_home;
    options.clean_environment |= recipe.clean_environment;
    if (!options.timeout)
        options.timeout = recipe.timeout;
    if (!options.linger)
        options.linger = recipe.linger;
    std::vector<std::string> variables;
    for (const auto& [name, value] : recipe.environment)
        variables.push_back(fmt::format("{}={}", name, value));
    std::ranges::move(options.variables, std::back_inserter(variables));
    options.variables = std::move(variables);
    if (recipe.terminal && !sets(options.variables, "TERM"))
        options.variables.push_back(fmt::format("TERM={}", terminal_kind));
}

/// What of the options does not go with the recipe.
std::expected<void, Failure> check_terminal(const RunOptions& options)
{
    if (options.show_terminal && !(options.recipe && options.recipe->terminal))
        return std::unexpected(
            Failure{ExitCode::usage, "--show-terminal shows the terminal of a recipe; add \"terminal\": {} to it"});
    const auto is_mark = [](const RecipeStep& step) { return step.kind == RecipeStep::Kind::mark; };
    if (options.no_marks && options.recipe && std::ranges::any_of(options.recipe->steps, is_mark))
        return std::unexpected(Failure{ExitCode::usage, "--no-marks: the recipe sets marks; leave one of them out"});
    return {};
}

}  // namespace

std::expected<void, Failure> follow_recipe(RunOptions& options)
{
    if (!options.recipe_file.empty()) {
        auto recipe = rules::read_recipe(options.recipe_file);
        if (!recipe) {
            const bool is_read = recipe.error().kind == rules::RecipeError::Kind::not_understood;
            return std::unexpected(Failure{is_read ? ExitCode::input_not_understood : ExitCode::input_not_readable,
                                           recipe.error().message});
        }
        options.recipe = *std::move(recipe);
    }
    if (options.recipe)
        take(options, *options.recipe);
    if (const auto checked = check_terminal(options); !checked)
        return checked;
    return check_variables(options);
}

}  // namespace waybill
