#pragma once

#include <cstddef>
#include <string_view>

namespace waybill {

/// Whether the log of a continuous-integration job could take a command from what begins at `at`, which changes the
/// job:
///
/// - the second # of two: "##[error]" (GitHub Actions, version 1 of its commands), "##vso[…]" (Azure Pipelines),
///   "##teamcity[…]" count anywhere in a line;
/// - the first colon of "::error …::" (GitHub Actions, version 2), which counts where a line begins, so also behind a
///   space, for there a line may be divided. The name has a letter that no IPv6 address has: "::ffff:192.0.2.1" is
///   none.
///
/// Of our own texts none is like that; of a stranger's each is written so that it shows and does nothing.
bool begins_log_command(std::string_view text, std::size_t at);

}  // namespace waybill
