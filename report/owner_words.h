#pragma once

#include <string>
#include <vector>

#include "model/flow.h"
#include "model/process.h"

namespace waybill {

/// What people call a program: "npm 11.19.1", "cli.py", "curl"; of a package or script, not its interpreter. Printable.
std::string program_text(const Process& process);

/// The shortest chain of programs that tells who it was: the program, and before it what started it where that says
/// more, "sh > curl". "-" where nobody is known.
std::string owner_text(const Owner& owner, const std::vector<Process>& processes);

}  // namespace waybill
