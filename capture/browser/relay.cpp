#include "capture/browser/relay.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>

#include "capture/child_process.h"

namespace waybill {
namespace {

constexpr int patience = 5 * 60 * 1000;  // milliseconds; ours, as long as a page of a browser may stay open

/// One way between two connections; what it has read it writes before it reads more.
class Way {
public:
    Way(int from, int to) : from_{from}, to_{to} {}

    bool is_over() const { return is_over_; }

    pollfd waits() const
    {
        if (is_over_)
            return {-1, 0, 0};
        return begin_ < end_ ? pollfd{to_, POLLOUT, 0} : pollfd{from_, POLLIN, 0};
    }

    void pass_on()
    {
        if (begin_ == end_)
            read();
        if (begin_ < end_)
            write();
    }

private:
    void read()
    {
        const ssize_t count = ::recv(from_, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
        if (count < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        begin_ = 0;
        end_ = static_cast<std::size_t>(std::max<ssize_t>(count, 0));
        if (count > 0)
            return;
        is_over_ = true;
        ::shutdown(to_, SHUT_WR);
    }

    void write()
    {
        const ssize_t count = ::send(to_, &buffer_.at(begin_), end_ - begin_, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        is_over_ = count < 0;
        begin_ += static_cast<std::size_t>(std::max<ssize_t>(count, 0));
    }

    int from_;
    int to_;
    std::array<std::byte, 16384> buffer_{};
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    bool is_over_ = false;
};

[[noreturn]] void pass_between(int one, int other, pid_t parent)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (::getppid() != parent)  // it has gone before
        ::_exit(1);
    Way there{one, other};
    Way back{other, one};
    while (!there.is_over() || !back.is_over()) {  // ends with the connections, or in silence
        std::array<pollfd, 2> waited{there.waits(), back.waits()};
        if (::poll(waited.data(), waited.size(), patience) <= 0)
            break;
        if (waited.at(0).revents != 0)
            there.pass_on();
        if (waited.at(1).revents != 0)
            back.pass_on();
    }
    ::_exit(0);
}

}  // namespace

pid_t relay(const FileDescriptor& one, const FileDescriptor& other)
{
    const pid_t parent = ::getpid();
    const pid_t process = ::fork();
    if (process != 0)
        return process;
    close_all_but({one.get(), other.get()});
    pass_between(one.get(), other.get(), parent);
}

}  // namespace waybill
