#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace waybill {

/// Adds `diff`; where it is chosen, `chosen` becomes what runs it.
void add_diff_command(CLI::App& app, std::function<int()>& chosen);

}  // namespace waybill
