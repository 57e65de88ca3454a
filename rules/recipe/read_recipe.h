#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/json_document.h"
#include "model/recipe.h"

namespace waybill::rules {

/// Reads a recipe's octets (docs/formats/recipe.md). It stands here because of the strict reader of our JSON files, for
/// which nobody but this module has a use.
std::expected<Recipe, FieldError> parse_recipe(std::string octets);

/// Why a recipe's file cannot be used.
struct RecipeError {
    enum class Kind : std::uint8_t { unreadable, not_understood };
    Kind kind{};
    std::string message;  ///< with the file's path, and where in it
};

/// Reads a recipe's file, of 4 MB at most.
std::expected<Recipe, RecipeError> read_recipe(const std::filesystem::path& file);

}  // namespace waybill::rules
