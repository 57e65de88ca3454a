#include "capture/network/process_tree.h"

#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "capture/wall_clock.h"

namespace waybill::contained {
namespace {

constexpr std::chrono::seconds patience_with_killed{5};  // a process in an uninterruptible call goes when that ends

}  // namespace

std::error_code ProcessTree::attach(Loop& loop)
{
    sigset_t child_ended;
    sigemptyset(&child_ended);
    sigaddset(&child_ended, SIGCHLD);
    signals_ = FileDescriptor{::signalfd(-1, &child_ended, SFD_CLOEXEC | SFD_NONBLOCK)};
    if (!signals_)
        return last_error();
    if (steering_ != nullptr)
        if (const auto failed = loop.watch(steering_->line(), [this, &loop] { hear_driver(loop); }))
            return failed;
    return loop.watch(signals_.get(), [this] { reap(); });
}

void ProcessTree::hear_driver(Loop& loop)
{
    if (!steering_->hears_end())
        return;
    loop.forget(steering_->line());  // one that has gone could be heard for ever
    limit_.end(Clock::now());
}

void ProcessTree::begin(pid_t command)
{
    command_ = command;
    limit_.begin(Clock::now());
    if (steering_ != nullptr)
        steering_->tell(Steering::Word::begun);
}

void ProcessTree::reap()
{
    signalfd_siginfo told{};
    while (::read(signals_.get(), &told, sizeof told) > 0)
        continue;  // one signal may stand for several ends
    int status = 0;
    pid_t ended = 0;
    while ((ended = ::waitpid(-1, &status, WNOHANG)) > 0) {
        if (ended == command_ && !status_) {
            status_ = status;
            command_ended_ = wall_clock();
            if (steering_ != nullptr)
                steering_->tell(Steering::Word::ended);
            if (linger_ && !killing_)
                deadline_ = Clock::now() + *linger_;
        } else if (killing_) {
            ++killed_;
        }
    }
    is_over_ = ended < 0 && errno == ECHILD;  // orphans become children of the init: none is left
}

void ProcessTree::forward(int signal)
{
    if (status_)
        deadline_ = Clock::now();
    else if (command_ > 0)
        ::kill(command_, signal);  // it may end at this moment
}

void ProcessTree::from_terminal()
{
    if (status_)
        deadline_ = Clock::now();
}

void ProcessTree::tick(Clock::time_point now)
{
    switch (limit_.due(now, !status_)) {
        case TimeLimit::Order::ask:
            forward(SIGTERM);
            break;
        case TimeLimit::Order::end_all:
            deadline_ = now;
            break;
        case TimeLimit::Order::nothing:
            break;
    }
    if (!deadline_ || now < *deadline_)
        return;
    if (!killing_)
        ::kill(-1, SIGKILL);  // everything in the pid namespace but its init
    else
        is_over_ = true;
    killing_ = true;
    deadline_ = now + patience_with_killed;
}

}  // namespace waybill::contained
