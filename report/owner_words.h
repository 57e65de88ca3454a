#pragma once

#include <string>
#include <vector>

#include "model/flow.h"
#include "model/process.h"
#include "model/report.h"
#include "report/words.h"

namespace waybill {

/// What people call a program: "npm 11.19.1", "cli.py", "curl", "code 1.2.3 extension host"; of a package or script,
/// not its interpreter. Printable.
std::string program_text(const Process& process);

/// The shortest chain of programs that tells who it was: the program, and before it what started it where that says
/// more, "sh > curl". "-" where nobody is known.
std::string owner_text(const Owner& owner, const std::vector<Process>& processes);

/// Of each program whose contacts are told and that loads extensions of others: "By code 1.2.3, extension host: these
/// extensions are loaded (acme.alpha 1.2.3 and 12 more, 90 built in) and cannot be told apart; …". A few are named,
/// with `Named::all` each.
std::vector<std::string> extension_notes(const Report& report, Named named);

}  // namespace waybill
