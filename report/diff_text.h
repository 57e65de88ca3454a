#pragma once

#include <string>

#include "model/diff.h"
#include "report/terminal.h"

namespace waybill {

/// A comparison for people at a terminal: what is new, gone and changed, then what only varies, what else was not
/// alike, and what could not be seen. Nothing that came from outside reaches it with control characters.
std::string diff_to_text(const Diff& compared, const TerminalStyle& style);

}  // namespace waybill
