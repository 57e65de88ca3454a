#pragma once

#include <expected>

#include "cli/failure.h"
#include "cli/run_command.h"

namespace waybill {

/// Reads the recipe that the options name, where they name one, and takes from it what they leave open; checks the
/// variables that they set.
std::expected<void, Failure> follow_recipe(RunOptions& options);

}  // namespace waybill
