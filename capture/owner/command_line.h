#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace waybill {

/// The arguments that stand one behind the other, each with a zero at its end (proc_pid_cmdline(5)); the last may have
/// been cut.
std::vector<std::string> split_arguments(std::string_view octets);

/// The other way round: how many octets they take there.
std::uint64_t octets_of(const std::vector<std::string>& arguments);

}  // namespace waybill
