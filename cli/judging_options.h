#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace waybill {

/// Adds the commands that judge and compare cases. The one that is given sets `chosen`, which runs it and gives the
/// status to end with.
void add_judging_commands(CLI::App& app, std::function<int()>& chosen);

}  // namespace waybill
