#pragma once

#include <expected>
#include <filesystem>

#include "cli/failure.h"
#include "rules/policy/policy.h"

namespace waybill {

/// Where a policy stands. A name without a folder and without ".json" is that of a policy that comes with Waybill:
/// `no-telemetry`.
std::expected<std::filesystem::path, Failure> find_policy(const std::filesystem::path& file);

/// Reads the policy that find_policy() finds.
std::expected<rules::Policy, Failure> load_policy(const std::filesystem::path& file);

}  // namespace waybill
