#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace waybill {

/// Adds `waybill experiment …`. When it is given, `chosen` runs it and gives the status to end with.
void add_experiment(CLI::App& app, std::function<int()>& chosen);

}  // namespace waybill
