#include "cli/print.h"

#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "base/file.h"
#include "base/text.h"
#include "report/json.h"
#include "report/terminal.h"

namespace waybill {
namespace {

/// Whether the last write to a descriptor, which failed, did because nobody reads there any more: at a pipe's other
/// end, or at a terminal that has hung up (tty(4)).
bool lacks_reader(int descriptor)
{
    const int problem = errno;
    struct stat what{};
    const bool is_device = ::fstat(descriptor, &what) == 0 && S_ISCHR(what.st_mode);
    return problem == EPIPE || (problem == EIO && is_device);
}

}  // namespace

TerminalStyle terminal_style(int descriptor, bool all)
{
    TerminalStyle style;
    style.all = all;
    const bool is_terminal = isatty(descriptor) == 1;
    const char* const no_color = std::getenv("NO_COLOR");  // no-color.org: set and not empty
    style.color = is_terminal && (no_color == nullptr || *no_color == '\0');
    winsize size{};
    if (is_terminal && ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        style.columns = size.ws_col;
    return style;
}

ExitCode fail(const Failure& failure)
{
    // Nothing is left to do where stderr cannot be written.
    static_cast<void>(write_all(STDERR_FILENO, "waybill: " + printable(failure.message) + "\n"));
    return failure.code;
}

ExitCode fail_as_is(const Failure& failure)
{
    // As above.
    static_cast<void>(write_all(STDERR_FILENO, "waybill: " + failure.message + "\n"));
    return failure.code;
}

void outlive_readers()
{
    // Handled, not ignored: programs that are executed get its usual meaning back.
    struct sigaction action{};
    action.sa_handler = [](int) {};
    ::sigaction(SIGPIPE, &action, nullptr);
}

ExitCode print_text(const std::string& text)
{
    if (const auto written = write_all(STDOUT_FILENO, text); !written && !lacks_reader(STDOUT_FILENO))
        return fail({ExitCode::input_output, "standard output: " + written.error()});
    return ExitCode::ok;
}

std::string plain_report(const Report& report, bool all)
{
    TerminalStyle style;
    style.all = all;
    return report_to_terminal(report, style);
}

std::expected<void, Failure> print_report(const Report& report, OutputFormat format, bool all, int descriptor)
{
    const std::string text = format == OutputFormat::json ? report_to_json(report)
                                                          : report_to_terminal(report, terminal_style(descriptor, all));
    const auto written = write_all(descriptor, text);
    if (!written && !lacks_reader(descriptor))
        return std::unexpected(Failure{ExitCode::input_output, "the report cannot be written: " + written.error()});
    return {};
}

}  // namespace waybill
