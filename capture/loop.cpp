#include "capture/loop.h"

#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/last_error.h"

namespace waybill {
namespace {

constexpr std::size_t events_at_once = 64;

// The generation tells an event of a closed descriptor from one of the descriptor that got its number.
std::uint64_t pack(int descriptor, std::uint32_t generation)
{
    return (static_cast<std::uint64_t>(generation) << 32U) | static_cast<std::uint32_t>(descriptor);
}

std::uint32_t events_of(Loop::Wants wants)
{
    switch (wants) {
        case Loop::Wants::read:
            return EPOLLIN;
        case Loop::Wants::read_and_write:
            return EPOLLIN | EPOLLOUT;
        case Loop::Wants::write:
            break;
    }
    return EPOLLOUT;
}

}  // namespace

std::expected<Loop, std::error_code> Loop::create()
{
    FileDescriptor poll{::epoll_create1(EPOLL_CLOEXEC)};
    if (!poll)
        return std::unexpected(last_error());
    return Loop{std::move(poll)};
}

std::error_code Loop::watch(int descriptor, Ready ready)
{
    const std::uint32_t generation = ++generation_;
    epoll_event event{};
    event.events = events_of(Wants::read);
    event.data.u64 = pack(descriptor, generation);
    const int operation = watches_.contains(descriptor) ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    if (::epoll_ctl(poll_.get(), operation, descriptor, &event) != 0)
        return last_error();
    watches_[descriptor] = std::make_shared<Watch>(generation, std::move(ready));
    return {};
}

void Loop::want(int descriptor, Wants wants)
{
    const auto found = watches_.find(descriptor);
    if (found == watches_.end())
        return;
    epoll_event event{};
    event.events = events_of(wants);
    event.data.u64 = pack(descriptor, found->second->generation);
    ::epoll_ctl(poll_.get(), EPOLL_CTL_MOD, descriptor, &event);  // of a watched descriptor: cannot fail
}

void Loop::forget(int descriptor)
{
    if (watches_.erase(descriptor) != 0)
        ::epoll_ctl(poll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
}

bool Loop::run_once(std::chrono::milliseconds timeout)
{
    std::array<epoll_event, events_at_once> events{};
    const int count =
        ::epoll_wait(poll_.get(), events.data(), static_cast<int>(events.size()), static_cast<int>(timeout.count()));
    for (int i = 0; i < count; ++i) {
        const std::uint64_t packed = events.at(static_cast<std::size_t>(i)).data.u64;
        const auto found = watches_.find(static_cast<int>(packed & 0xffffffffU));
        if (found == watches_.end() || found->second->generation != packed >> 32U)
            continue;  // forgotten by a callback of this round
        const auto watch = found->second;
        watch->ready();
    }
    return count > 0;
}

}  // namespace waybill
