// What an arm runs, as a recipe (declared in cli/experiment_folder.h).
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>

#include "cli/experiment_folder.h"
#include "model/run.h"

namespace waybill {
namespace {

using Json = nlohmann::ordered_json;

// Dozens of runs are made while nobody looks: none of them may take for ever. The sinkhole has a linger of its own.
constexpr std::string_view usual_timeout = "10m";
constexpr std::string_view usual_linger = "10s";

Json json_of(const std::string& text)
{
    return Json::parse(text, nullptr, false);  // checked by who read it; what is wrong all the same is "discarded"
}

/// The list of that name, made where it is not there; what is no list stays, for the recipe's reader to refuse.
Json& list_of(Json& recipe, const char* name)
{
    if (!recipe.contains(name))
        recipe[name] = Json::array();
    return recipe[name];
}

void add_environment(Json& recipe, const Plan::Arm& arm)
{
    if (arm.environment.empty())
        return;
    Json& environment = recipe["environment"];
    for (const auto& [name, value] : arm.environment)
        environment[name] = value;
}

void add_command(Json& recipe, const Plan::Arm& arm)
{
    if (!arm.command.empty())
        recipe["command"] = arm.command;
    if (arm.arguments.empty())
        return;
    Json& command = recipe["command"];
    const Json arguments(arm.arguments);
    command.insert(command.begin() + (command.empty() ? 0 : 1), arguments.begin(), arguments.end());
}

/// A file of an arm stands in place of the recipe's of that path, but for JSON, which is merged into JSON.
void add_file(Json& files, const Plan::File& file)
{
    Json added{{"path", file.path}};
    if (file.text)
        added["text"] = *file.text;
    if (file.json)
        added["json"] = json_of(*file.json);
    for (Json& each : files) {
        if (!each.is_object() || each.value("path", Json{}) != Json(file.path))
            continue;
        if (file.json && each.contains("json") && each["json"].is_object())
            each["json"].update(added["json"], true);
        else
            each = std::move(added);
        return;
    }
    files.push_back(std::move(added));
}

Json recipe_of(const Plan& plan, const Plan::Arm& arm)
{
    Json recipe = json_of(plan.recipe);
    recipe["format"] = "waybill-recipe/1";
    recipe["name"] = plan.name.empty() ? arm.name : fmt::format("{}: {}", plan.name, arm.name);
    if (!recipe.contains("home"))
        recipe["home"] = "fresh";
    if (!recipe.contains("timeout"))
        recipe["timeout"] = usual_timeout;
    if (!recipe.contains("linger") && recipe.value("network", Json{}) != Json(text(NetworkMode::sinkhole)))
        recipe["linger"] = usual_linger;
    add_environment(recipe, arm);
    add_command(recipe, arm);
    for (const Plan::File& file : arm.files)
        add_file(list_of(recipe, "files"), file);
    for (const Plan::CommandLine& before : arm.before)
        list_of(recipe, "set_up").push_back(before);
    if (!arm.account.empty())
        recipe["account"] = arm.account;
    return recipe;
}

Json arm_to_json(const Plan::Arm& arm)
{
    Json json{{"name", arm.name}};
    for (const auto& [name, value] : arm.environment)
        json["environment"][name] = value;
    if (!arm.command.empty())
        json["command"] = arm.command;
    if (!arm.arguments.empty())
        json["arguments"] = arm.arguments;
    for (const Plan::File& file : arm.files)
        add_file(list_of(json, "files"), file);
    if (!arm.before.empty())
        json["before"] = arm.before;
    if (!arm.switches.empty())
        json["switches"] = arm.switches;
    for (const Purpose purpose : arm.covers)
        json["covers"].push_back(text(purpose));
    if (!arm.account.empty())
        json["account"] = arm.account;
    return json;
}

}  // namespace

std::expected<std::string, Failure> effective_recipe(const Plan& plan, const Plan::Arm& arm)
{
    try {
        return recipe_of(plan, arm).dump(2) + "\n";
    } catch (const nlohmann::json::exception& problem) {
        return std::unexpected(
            Failure{ExitCode::input_not_understood,
                    fmt::format("the recipe of arm \"{}\" cannot be made: {}", arm.name, problem.what())});
    }
}

std::string plan_to_json(const Plan& plan)
{
    Json json{{"format", "waybill-plan/1"}};
    if (!plan.name.empty())
        json["name"] = plan.name;
    if (!plan.product.empty())
        json["product"] = plan.product;
    json["recipe"] = json_of(plan.recipe);
    json["arms"] = Json::array();
    for (const Plan::Arm& arm : plan.arms)
        json["arms"].push_back(arm_to_json(arm));
    json["repeats"] = plan.repeats;
    json["order"] = text(plan.order);
    json["margin"] = plan.margin;
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::vector<std::string> command_of(const std::string& recipe)
{
    const Json json = json_of(recipe);
    std::vector<std::string> command;
    if (!json.is_object() || !json.contains("command") || !json["command"].is_array())
        return command;
    for (const Json& word : json["command"])
        if (word.is_string())
            command.push_back(word.get<std::string>());
    return command;
}

}  // namespace waybill
