#pragma once

#include <string>

#include "model/experiment.h"
#include "report/terminal.h"

namespace waybill {

/// An experiment's results for people at a terminal.
std::string experiment_to_terminal(const Experiment& experiment, const TerminalStyle& style);

/// The same in Markdown (CommonMark, with tables as GitHub has them).
std::string experiment_to_markdown(const Experiment& experiment);

/// The same as data: docs/formats/experiment.md.
std::string experiment_to_json(const Experiment& experiment);

}  // namespace waybill
