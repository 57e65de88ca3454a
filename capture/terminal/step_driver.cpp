#include "capture/terminal/step_driver.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "capture/mark/mark_pipe.h"
#include "capture/network/preparation.h"
#include "capture/wall_clock.h"

namespace waybill {
namespace {

using Kind = RecipeStep::Kind;

constexpr std::chrono::seconds patience_with_reader{30};  // that is to take what is typed
constexpr std::size_t piece = 16UL << 10U;                // of output, read at once
constexpr int pieces_of_a_turn = 64;                      // so that a flood does not keep the steps waiting

/// As people write it in a recipe.
std::string time_text(std::chrono::milliseconds time)
{
    if (time.count() % 1000 != 0)
        return fmt::format("{} ms", time.count());
    return fmt::format("{} s", time.count() / 1000);
}

/// How long a step may take; of one that idles, how long it does.
std::chrono::milliseconds time_of(const RecipeStep& step)
{
    return step.kind == Kind::type ? patience_with_reader : step.time;
}

int signal_of(std::string_view word)
{
    constexpr std::array<std::pair<std::string_view, int>, 6> signals{
        {{"HUP", SIGHUP}, {"INT", SIGINT}, {"QUIT", SIGQUIT}, {"TERM", SIGTERM}, {"USR1", SIGUSR1}, {"USR2", SIGUSR2}}};
    const auto found = std::ranges::find(signals, word, &std::pair<std::string_view, int>::first);
    return found == signals.end() ? 0 : found->second;
}

/// What a step does, for whoever reads that it failed.
std::string deed_of(const RecipeStep& step)
{
    switch (step.kind) {
        case Kind::wait_for:
            return fmt::format("wait for \"{}\"", printable(step.text));
        case Kind::type:
            return "type";
        case Kind::mark:
            return fmt::format("mark \"{}\"", printable(step.text));
        case Kind::idle:
            return fmt::format("idle for {}", time_text(step.time));
        case Kind::signal:
            return fmt::format("signal {}", step.text);
        case Kind::wait_for_exit:
            break;
    }
    return "wait for the command's end";
}

}  // namespace

StepDriver::StepDriver(DriverPlan plan, const contained::HeldSignals& signals)
    : plan_{std::move(plan)}, signals_{signals}
{
    for (const RecipeStep& step : plan_.steps)
        end_.outcomes.push_back({step.kind, StepOutcome::End::not_reached, {}, {}});
}

int StepDriver::drive()
{
    std::array<pollfd, 3> waited{pollfd{plan_.terminal.get(), POLLIN, 0}, pollfd{plan_.line.get(), POLLIN, 0},
                                 pollfd{signals_.descriptor(), POLLIN, 0}};
    int status = 0;
    while (true) {  // ends with the run
        waited[0].events = static_cast<short>(unwritten_.empty() ? POLLIN : POLLIN | POLLOUT);
        waited[1].fd = is_run_gone_ ? -1 : plan_.line.get();
        ::poll(waited.data(), waited.size(), patience());
        if (waited[2].revents != 0)
            pass_signal_on();
        read_terminal();
        write_terminal();
        if (waited[1].revents != 0)
            hear_run();
        go_on();
        if (is_run_gone_ && ::waitpid(plan_.run, &status, 0) == plan_.run)
            return status;
    }
}

/// Milliseconds until the step's time is over; -1 where none runs. Output can hang up and then has no use for a wait.
int StepDriver::patience() const
{
    constexpr std::int64_t longest = 1000;
    if (!is_driving() || !is_step_begun_)
        return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, longest));
}

void StepDriver::read_terminal()
{
    std::array<char, piece> buffer{};
    for (int turn = 0; turn < pieces_of_a_turn; ++turn) {
        const ssize_t count = ::read(plan_.terminal.get(), buffer.data(), buffer.size());
        if (count <= 0)
            break;
        output_.add({buffer.data(), static_cast<std::size_t>(count)});
        const std::string answers = output_.take_answers();
        if (unwritten_.size() < TerminalOutput::max_answer_octets)  // else nobody reads them
            unwritten_ += answers;
        const std::string shown = output_.take_shown();
        if (plan_.shows_output)
            static_cast<void>(write_all(STDERR_FILENO, shown));  // nobody who reads it is no reason to stop
    }
}

void StepDriver::write_terminal()
{
    if (unwritten_.empty())
        return;
    const ssize_t count = ::write(plan_.terminal.get(), unwritten_.data(), unwritten_.size());
    if (count > 0)
        unwritten_.erase(0, static_cast<std::size_t>(count));
}

void StepDriver::hear_run()
{
    if (std::exchange(expects_marks_, false)) {
        marks_ = contained::receive_descriptor(plan_.line.get()).descriptor;
        return;
    }
    char octet = 0;
    const ssize_t count = ::recv(plan_.line.get(), &octet, sizeof octet, MSG_DONTWAIT);
    if (count == sizeof octet)
        hear_word(static_cast<Steering::Word>(octet));
    else if (count == 0 || (errno != EAGAIN && errno != EINTR))
        is_run_gone_ = true;
}

void StepDriver::hear_word(Steering::Word word)
{
    switch (word) {
        using enum Steering::Word;
        case marks:
            expects_marks_ = true;
            break;
        case begun:
            has_begun_ = true;
            break;
        case ended:
            has_ended_ = true;
            read_terminal();  // what it said last
            break;
        case over:
            if (is_driving())
                fail("the recording ended before");
            is_over_ = true;
            tell_outcome();
            break;
    }
}

void StepDriver::pass_signal_on()
{
    signalfd_siginfo received{};
    if (::read(signals_.descriptor(), &received, sizeof received) != static_cast<ssize_t>(sizeof received))
        return;
    const auto signal = static_cast<int>(received.ssi_signo);
    if (is_driving() && contained::HeldSignals::ends_run(signal))
        fail(fmt::format("signal {} came", signal));
    else
        ::kill(plan_.run, signal);
}

/// Does what can be done now.
void StepDriver::go_on()
{
    while (is_driving()) {  // each turn does a step, or ends
        if (!is_step_begun_)
            begin_step();
        if (!end_.failure.empty())
            return;
        if (is_step_done()) {
            end_step(StepOutcome::End::done);
            ++step_;
            continue;
        }
        if (has_ended_)
            return fail("the command ended before");
        if (Clock::now() >= deadline_)
            return fail(fmt::format("{} were not enough", time_text(time_of(step()))));
        return;
    }
}

void StepDriver::begin_step()
{
    is_step_begun_ = true;
    end_.outcomes[step_].began = wall_clock();
    deadline_ = Clock::now() + time_of(step());
    if (has_ended_ && step().kind != Kind::wait_for && step().kind != Kind::wait_for_exit)
        return fail("the command ended before");
    if (const auto problem = begin_deed())
        fail(*problem);
}

/// What is done once, when a step begins; what is in the way.
std::optional<std::string> StepDriver::begin_deed()
{
    switch (step().kind) {
        case Kind::type:
            unwritten_ += step().text;
            write_terminal();
            break;
        case Kind::mark:
            if (!marks_)
                return "the recording takes no marks";
            if (const auto sent = MarkPipe::send(marks_, step().text); !sent)
                return sent.error();
            break;
        case Kind::signal:
            ::kill(plan_.run, signal_of(step().text));
            break;
        case Kind::wait_for:
        case Kind::idle:
        case Kind::wait_for_exit:
            break;
    }
    return std::nullopt;
}

bool StepDriver::is_step_done()
{
    switch (step().kind) {
        case Kind::wait_for:
            return output_.find(step().text);
        case Kind::type:
            return unwritten_.empty();
        case Kind::idle:
            return !has_ended_ && Clock::now() >= deadline_;
        case Kind::wait_for_exit:
            return has_ended_;
        case Kind::mark:
        case Kind::signal:
            break;
    }
    return true;
}

void StepDriver::end_step(StepOutcome::End end)
{
    end_.outcomes[step_].end = end;
    end_.outcomes[step_].ended = wall_clock();
    is_step_begun_ = false;
}

/// The command is ended: the rest cannot be done.
void StepDriver::fail(const std::string& why)
{
    end_.failure = fmt::format("steps[{}], {}: {}", step_, deed_of(step()), printable(why));
    if (!is_step_begun_)
        end_.outcomes[step_].began = wall_clock();
    end_step(StepOutcome::End::failed);
    const char end = 'x';
    ::send(plan_.line.get(), &end, sizeof end, MSG_NOSIGNAL);  // a run that has gone needs no word
}

void StepDriver::tell_outcome()
{
    static_cast<void>(write_all(plan_.outcome.get(), steps_end_to_text(end_)));  // it sees that none came
    plan_.outcome.reset();
}

}  // namespace waybill
