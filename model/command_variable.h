#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace waybill {

/// Whether an environment can hold a variable of this name and people can read it: visible ASCII without `=`.
bool is_variable_name(std::string_view name);

/// Why nobody else can set a variable of a run's command: the run sets it itself, HOME for one where that is a fresh
/// one. Nothing: it can be set.
std::optional<std::string> objection_to_variable(std::string_view name, bool has_fresh_home);

}  // namespace waybill
