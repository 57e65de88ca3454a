#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <vector>

#include "base/file_descriptor.h"

namespace waybill::bench {

using CaptureTime = std::chrono::microseconds;  ///< since 1970-01-01T00:00:00Z

/// Writes a pcap file (Ethernet, microseconds) through one buffer in which the frames are made.
class CaptureWriter {
public:
    /// Error: the reason why `path` cannot be written.
    static std::expected<CaptureWriter, std::string> create(const std::string& path);

    /// Room for one frame of `octets`; the octets live until commit().
    std::span<std::byte> frame(std::size_t octets);

    /// Ends the frame that frame() gave. False when the file could not be written.
    bool commit(CaptureTime at);

    bool flush();
    std::uint64_t octets() const { return written_ + used_; }  ///< of the file, its headers included

private:
    explicit CaptureWriter(FileDescriptor file);
    void put_32(std::uint32_t value);

    FileDescriptor file_;
    std::vector<std::byte> buffer_;
    std::size_t used_ = 0;
    std::size_t frame_octets_ = 0;
    std::uint64_t written_ = 0;
};

}  // namespace waybill::bench
