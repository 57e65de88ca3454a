#pragma once

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>

#include "model/recipe_run.h"

namespace waybill {

// What a run did of its recipe, as run.json and report.json have it (docs/formats/recipe.md). `Json` is nlohmann's,
// with its members in order or not.

template <typename Json>
Json step_outcome_to_json(const StepOutcome& step)
{
    const auto time = [](const std::optional<Timestamp>& at) { return at ? Json(to_rfc3339(*at)) : Json(nullptr); };
    return {
        {"step", text(step.kind)}, {"end", text(step.end)}, {"began", time(step.began)}, {"ended", time(step.ended)}};
}

template <typename Json>
Json recipe_run_to_json(const RecipeRun& recipe)
{
    const auto text_or_null = [](const std::string& each) { return each.empty() ? Json(nullptr) : Json(each); };
    Json environment = Json::array();
    for (const auto& [name, value] : recipe.environment)
        environment.push_back({{"name", name}, {"value", value}});
    Json steps = Json::array();
    for (const StepOutcome& step : recipe.steps)
        steps.push_back(step_outcome_to_json<Json>(step));
    return {{"name", recipe.name},        {"sha256", recipe.sha256}, {"account", text_or_null(recipe.account)},
            {"environment", environment}, {"steps", steps},          {"failure", text_or_null(recipe.failure)}};
}

/// Throws as nlohmann does where a member is missing or not of its kind, std::invalid_argument where it is a word or a
/// time that is none.
template <typename Json>
StepOutcome step_outcome_from_json(const Json& json)
{
    using enum RecipeStep::Kind;
    using enum StepOutcome::End;
    const auto time = [](const Json& value) -> std::optional<Timestamp> {
        if (value.is_null())
            return std::nullopt;
        const auto read = from_rfc3339(value.template get<std::string>());
        if (!read)
            throw std::invalid_argument("a time that is not RFC 3339");
        return read;
    };
    const auto one_of = [](const std::string& word, const auto& values) {
        for (const auto value : values)
            if (text(value) == word)
                return value;
        throw std::invalid_argument("a step of a recipe that is not known");
    };
    const std::array kinds{wait_for, type, mark, idle, signal, wait_for_exit};
    const std::array ends{done, failed, not_reached};
    return {one_of(json.at("step").template get<std::string>(), kinds),
            one_of(json.at("end").template get<std::string>(), ends), time(json.at("began")), time(json.at("ended"))};
}

/// Throws likewise.
template <typename Json>
RecipeRun recipe_run_from_json(const Json& json)
{
    const auto text_at = [&json](const char* name) {
        const Json& value = json.at(name);
        return value.is_null() ? std::string{} : value.template get<std::string>();
    };
    RecipeRun recipe{json.at("name"), json.at("sha256"), text_at("account"), {}, {}, text_at("failure")};
    for (const Json& variable : json.at("environment"))
        recipe.environment.emplace_back(variable.at("name"), variable.at("value"));
    for (const Json& step : json.at("steps"))
        recipe.steps.push_back(step_outcome_from_json(step));
    return recipe;
}

}  // namespace waybill
