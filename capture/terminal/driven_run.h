#pragma once

#include <cstdint>
#include <expected>

#include "capture/network/run_error.h"
#include "capture/terminal/steering.h"
#include "model/recipe.h"

namespace waybill {

/// What a driver does with what the command shows, beside finding texts in it.
enum class ShownOutput : std::uint8_t { none, on_stderr };

/// Divides this process, which must have one thread, for a command in a terminal. The child gets a pseudo-terminal as
/// its controlling one and returns, to run and record a command in it; it dies when this process does. This process
/// keeps no privilege, does the recipe's steps, passes signals on, and ends as the child ends: it returns for an error
/// alone, before the child began.
std::expected<Steering, RunError> divide_for_terminal(const Recipe& recipe, ShownOutput shown);

}  // namespace waybill
