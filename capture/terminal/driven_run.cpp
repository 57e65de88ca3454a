#include "capture/terminal/driven_run.h"

#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <utility>

#include "capture/call_allowance.h"
#include "capture/network/command_end.h"
#include "capture/network/held_signals.h"
#include "capture/privileges.h"
#include "capture/terminal/step_driver.h"

namespace waybill {
namespace {

using contained::step_failed;

/// A pseudo-terminal (pty(7)): what a driver has of it, and what a command has.
struct PseudoTerminal {
    FileDescriptor own;
    FileDescriptor of_command;
};

std::expected<PseudoTerminal, RunError> open_terminal(const TerminalSize& size)
{
    PseudoTerminal terminal;
    terminal.own = FileDescriptor{::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)};
    if (!terminal.own || ::grantpt(terminal.own.get()) != 0 || ::unlockpt(terminal.own.get()) != 0)
        return std::unexpected(step_failed("make a terminal", last_error()));
    terminal.of_command = FileDescriptor{::ioctl(terminal.own.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC)};
    const winsize cells{size.rows, size.columns, 0, 0};
    termios settings{};
    if (!terminal.of_command || ::ioctl(terminal.own.get(), TIOCSWINSZ, &cells) != 0 ||
        ::tcgetattr(terminal.of_command.get(), &settings) != 0)
        return std::unexpected(step_failed("set up a terminal", last_error()));
    settings.c_iflag |= IUTF8;
    if (::tcsetattr(terminal.of_command.get(), TCSANOW, &settings) != 0)
        return std::unexpected(step_failed("set up a terminal", last_error()));
    return terminal;
}

struct Ends {
    FileDescriptor first;
    FileDescriptor second;
};

std::expected<Ends, RunError> make_line()
{
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return std::unexpected(step_failed("make a socket pair", last_error()));
    return Ends{FileDescriptor{ends.at(0)}, FileDescriptor{ends.at(1)}};
}

std::expected<Ends, RunError> make_pipe()
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return std::unexpected(step_failed("make a pipe", last_error()));
    return Ends{FileDescriptor{ends.at(0)}, FileDescriptor{ends.at(1)}};
}

/// The child's part: its session is the terminal's, of which it is the leader, so that the command's end is not the
/// terminal's.
std::error_code take_terminal(const PseudoTerminal& terminal, pid_t parent)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (::getppid() != parent)
        ::_exit(1);
    if (::setsid() < 0 || ::ioctl(terminal.of_command.get(), TIOCSCTTY, 0) != 0)
        return last_error();
    return {};
}

/// What the command shows is a stranger's.
std::error_code drop_privileges()
{
    if (::geteuid() == 0)
        if (const auto failed = restrict_capabilities({}))
            return failed;
    if (const auto failed = forbid_new_privileges())
        return failed;
    return keep_calls(Allowance::driver);
}

}  // namespace

std::expected<Steering, RunError> divide_for_terminal(const Recipe& recipe, ShownOutput shown)
{
    auto terminal = open_terminal(recipe.terminal.value_or(TerminalSize{}));
    auto line = make_line();
    auto outcome = make_pipe();
    if (!terminal)
        return std::unexpected(terminal.error());
    if (!line || !outcome)
        return std::unexpected(line ? outcome.error() : line.error());
    const pid_t self = ::getpid();
    const pid_t run = ::fork();
    if (run < 0)
        return std::unexpected(step_failed("fork", last_error()));
    if (run == 0) {
        if (const auto failed = take_terminal(*terminal, self))
            return std::unexpected(step_failed("take a terminal", failed));
        return Steering{std::move(terminal->of_command), std::move(line->second), std::move(outcome->first)};
    }
    const contained::HeldSignals signals;
    static_cast<void>(std::signal(SIGPIPE, SIG_IGN));  // nobody who reads what is shown is no reason to end the run
    terminal->of_command.reset();
    line->second.reset();
    outcome->first.reset();
    if (const auto failed = drop_privileges()) {
        ::kill(run, SIGKILL);
        ::waitpid(run, nullptr, 0);
        return std::unexpected(step_failed("give up privileges", failed));
    }
    StepDriver driver{{recipe.steps, std::move(terminal->own), std::move(line->first), std::move(outcome->second), run,
                       shown == ShownOutput::on_stderr},
                      signals};
    ::_exit(command_end_of(driver.drive()).exit_status);  // what else was made here is the child's, too
}

}  // namespace waybill
