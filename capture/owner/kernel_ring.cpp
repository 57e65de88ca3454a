#include "capture/owner/kernel_ring.h"

#include <bpf/libbpf.h>

#include <cerrno>

namespace waybill {
namespace {

constexpr int enough = -ECANCELED;  // ends the reading behind the record that was given (libbpf's ringbuf.c)

}  // namespace

void KernelRing::Close::operator()(ring_buffer* buffer) const
{
    ring_buffer__free(buffer);
}

std::expected<KernelRing, std::error_code> KernelRing::open(int map)
{
    KernelRing ring;
    ring.buffer_.reset(ring_buffer__new(map, &deliver, static_cast<void*>(ring.receive_.get()), nullptr));
    if (!ring.buffer_)
        return std::unexpected(std::error_code{errno, std::system_category()});
    return ring;
}

int KernelRing::descriptor() const
{
    return ring_buffer__epoll_fd(buffer_.get());
}

int KernelRing::deliver(void* context, void* record, std::size_t octets)
{
    const auto& receive = **static_cast<const Receive**>(context);
    return receive({static_cast<const std::byte*>(record), octets}) ? 0 : enough;
}

std::error_code KernelRing::read(const Receive& receive)
{
    *receive_ = &receive;
    const int result = ring_buffer__consume(buffer_.get());
    *receive_ = nullptr;
    return result < 0 && result != enough ? std::error_code{-result, std::system_category()} : std::error_code{};
}

}  // namespace waybill
