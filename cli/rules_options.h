#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace waybill {

/// Adds `waybill rules …`. When it is given, `chosen` runs it and gives the status to end with.
void add_rules_command(CLI::App& app, std::function<int()>& chosen);

}  // namespace waybill
