#pragma once

#include <optional>
#include <vector>

#include "base/json_object.h"
#include "model/recipe_run.h"

namespace waybill::rules {

/// The list `steps` of a recipe; empty where it has none.
std::vector<RecipeStep> read_steps(JsonObject& recipe, std::optional<FieldError>& error);

}  // namespace waybill::rules
