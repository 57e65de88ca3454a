#include "capture/owner/command_line.h"

#include <algorithm>

namespace waybill {

std::vector<std::string> split_arguments(std::string_view octets)
{
    std::vector<std::string> arguments;
    while (!octets.empty()) {  // each round takes an argument
        const std::size_t end = std::min(octets.find('\0'), octets.size());
        arguments.emplace_back(octets.substr(0, end));
        octets.remove_prefix(std::min(end + 1, octets.size()));
    }
    return arguments;
}

std::uint64_t octets_of(const std::vector<std::string>& arguments)
{
    std::uint64_t octets = 0;
    for (const std::string& argument : arguments)
        octets += argument.size() + 1;  // with the zero at its end
    return octets;
}

}  // namespace waybill
