#pragma once

#include <optional>
#include <vector>

#include "model/recipe_run.h"
#include "rules/json_object.h"

namespace waybill::rules {

/// The list `steps` of a recipe; empty where it has none.
std::vector<RecipeStep> read_steps(JsonObject& recipe, std::optional<FieldError>& error);

}  // namespace waybill::rules
