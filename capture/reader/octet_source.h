#pragma once

#include <algorithm>
#include <cstddef>
#include <expected>
#include <span>
#include <utility>

#include "base/cursor.h"
#include "base/file_descriptor.h"
#include "capture/packet_source.h"

namespace waybill {

/// Gives the octets of a file, a pipe or a decompressor in order.
class OctetSource {
public:
    OctetSource() = default;
    OctetSource(const OctetSource&) = delete;
    OctetSource(OctetSource&&) = delete;
    OctetSource& operator=(const OctetSource&) = delete;
    OctetSource& operator=(OctetSource&&) = delete;
    virtual ~OctetSource() = default;

    /// Fills the beginning of `room`, which is not empty, and tells how many octets came; 0 at the end.
    /// Errors: `unreadable`, or `torn` and `damaged` from a decompressor.
    virtual std::expected<std::size_t, CaptureError> read(std::span<std::byte> room) = 0;
};

/// The octets of an open file, pipe or terminal.
class DescriptorOctets final : public OctetSource {
public:
    explicit DescriptorOctets(FileDescriptor descriptor) : descriptor_{std::move(descriptor)} {}
    std::expected<std::size_t, CaptureError> read(std::span<std::byte> room) override;

private:
    FileDescriptor descriptor_;
};

/// Octets in memory, given at most `chunk` at a time; `octets` is borrowed for the life of the source.
class MemoryOctets final : public OctetSource {
public:
    MemoryOctets(Bytes octets, std::size_t chunk) : rest_{octets}, chunk_{std::max<std::size_t>(chunk, 1)} {}
    std::expected<std::size_t, CaptureError> read(std::span<std::byte> room) override;

private:
    Bytes rest_;
    std::size_t chunk_;
};

}  // namespace waybill
