#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/cursor.h"
#include "capture/packet_source.h"
#include "capture/reader/octet_source.h"

namespace waybill {

/// A piece of an octet source in one buffer, in which records are read in place.
///
/// The source is read in chunks to the same page-aligned place, so that the kernel's copy stays in the processor's
/// cache; what is left of a record goes in front of it. The buffer grows only for a record longer than it is.
/// Views live until the next require(), skip() or close().
class OctetWindow {
public:
    static constexpr std::size_t default_chunk_octets =
        256UL * 1024;  ///< fits a second-level cache; more is not faster

    /// Reads `chunk_octets` at a time, a power of two of 4096 or more.
    explicit OctetWindow(std::unique_ptr<OctetSource> source, std::size_t chunk_octets = default_chunk_octets);

    /// Whether at least `count` octets lie ready, after reading as needed; false when the input ends or fails before.
    bool require(std::size_t count) { return count <= end_ - begin_ || fill(count); }
    /// All octets that lie ready.
    Bytes available() const { return octets_.subspan(begin_, end_ - begin_); }
    /// The next `count` octets, which require() has promised.
    Bytes peek(std::size_t count) const { return octets_.subspan(begin_, count); }
    /// Passes `count` octets that lie ready.
    void consume(std::size_t count) { begin_ += count; }
    /// Passes `count` octets without keeping them; false when the input ends or fails before.
    bool skip(std::uint64_t count);
    /// Ends the input here, as if there had been no more and no failure.
    void close();

    /// Octets from the start of the input to the next unread one.
    std::uint64_t position() const { return offset_ + begin_; }
    /// Why the source failed, if it did.
    const std::optional<CaptureError>& failure() const { return failure_; }

private:
    static constexpr std::size_t page_octets = 4096;
    struct alignas(page_octets) Page {
        std::array<std::byte, page_octets> octets;
    };

    bool fill(std::size_t count);
    void move_rest_to_lead();
    /// A new buffer: what is left goes in front of the new lead, or stays in place where the lead stays.
    void rebuild(std::size_t lead, std::size_t room);
    bool read_more();

    std::unique_ptr<OctetSource> source_;  ///< null once the input has ended
    std::size_t lead_;                     ///< where chunks are read to; what is left of a record ends here
    std::vector<Page> pages_;
    std::span<std::byte> octets_;  ///< all octets of pages_
    std::size_t begin_;
    std::size_t end_;
    std::uint64_t offset_;  ///< position in the input of octets_[0], modulo 2^64
    std::optional<CaptureError> failure_;
};

}  // namespace waybill
