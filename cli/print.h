#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "cli/analyze_command.h"
#include "cli/failure.h"
#include "model/report.h"
#include "report/terminal.h"

namespace waybill {

/// Prints `waybill: …` on stderr and gives the code to end with.
ExitCode fail(const Failure& failure);

/// The same for a message of our own in several lines.
ExitCode fail_as_is(const Failure& failure);

/// How text is laid out that goes to a descriptor: as wide as its terminal, in colour only there.
TerminalStyle terminal_style(int descriptor, bool all);

/// From here on, writing to a pipe without a reader fails with EPIPE and ends nothing. Children inherit it.
void outlive_readers();

/// Writes text to standard output; a reader that has gone away is no error.
ExitCode print_text(const std::string& text);

/// The report as text without colour, for a file.
std::string plain_report(const Report& report, bool all);

/// Prints the report to a descriptor, as text as wide as its terminal or as JSON.
std::expected<void, Failure> print_report(const Report& report, OutputFormat format, bool all, int descriptor);

}  // namespace waybill
