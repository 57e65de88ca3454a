#include "capture/reader/octet_source.h"

#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace waybill {

std::expected<std::size_t, CaptureError> DescriptorOctets::read(std::span<std::byte> room)
{
    while (true) {  // ends: a signal interrupts a read only so often
        const ssize_t count = ::read(descriptor_.get(), room.data(), room.size());
        if (count >= 0)
            return static_cast<std::size_t>(count);
        if (errno != EINTR)
            return std::unexpected(CaptureError{CaptureError::Kind::unreadable,
                                                "cannot be read: " + std::generic_category().message(errno)});
    }
}

std::expected<std::size_t, CaptureError> MemoryOctets::read(std::span<std::byte> room)
{
    const std::size_t count = std::min({room.size(), rest_.size(), chunk_});
    const Bytes octets = rest_.first(count);
    std::copy(octets.begin(), octets.end(), room.begin());  // g++ 12 copies const octets singly with std::ranges::copy
    rest_ = rest_.subspan(count);
    return count;
}

}  // namespace waybill
