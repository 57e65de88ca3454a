#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_object.h"

namespace waybill::rules {

// Texts of a recipe, each checked for what it is used for. Errors go to the object that is read.

/// A text that reports show: without control characters and text-direction overrides. Nothing where it is absent.
std::optional<std::string> shown_text(JsonObject& in, std::string_view name);

/// A length of time such as "30s"; nothing where it is absent.
std::optional<std::chrono::milliseconds> optional_time(JsonObject& in, std::string_view name);

/// The words of a command, each without a NUL: execve(2) takes no other.
std::vector<std::string> command_words(JsonValue list, const JsonPlace& place, std::optional<FieldError>& error);

/// Whether a path stays below the folder that it is taken from.
bool is_path_below_home(std::string_view path);

/// Whether two such paths are one file, or one would be the other's folder.
bool collide(std::string_view one, std::string_view other);

}  // namespace waybill::rules
