#include "model/command_variable.h"

#include <algorithm>
#include <array>

namespace waybill {
namespace {

constexpr std::array<std::string_view, 5> of_fresh_home{"HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME",
                                                        "XDG_STATE_HOME"};

}  // namespace

bool is_variable_name(std::string_view name)
{
    return !name.empty() && std::ranges::all_of(name, [](char character) {
        return character > ' ' && character <= '~' && character != '=';
    });
}

std::optional<std::string> objection_to_variable(std::string_view name, bool has_fresh_home)
{
    if (name == "WAYBILL_MARK")
        return "the run sets it: it names the pipe of marks; leave it out";
    if (has_fresh_home && std::ranges::find(of_fresh_home, name) != of_fresh_home.end())
        return "a fresh HOME sets it; leave it out, or use one's own HOME";
    return std::nullopt;
}

}  // namespace waybill
