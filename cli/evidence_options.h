#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace waybill {

/// Adds `key`, `seal`, `verify`, `custody`, `redact`, `trim` and `demo`; the one that the command line names goes into
/// `chosen`.
void add_evidence_commands(CLI::App& app, std::function<int()>& chosen);

}  // namespace waybill
