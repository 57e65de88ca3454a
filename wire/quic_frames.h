#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <vector>

#include "base/cursor.h"
#include "base/parse_error.h"
#include "wire/quic_version.h"

namespace waybill::quic {

/// The frames that an Initial may hold (RFC 9000, 12.4, table 3; IANA registry "QUIC Frame Types").
enum class FrameType : std::uint8_t {
    ping = 0x01,
    ack = 0x02,
    ack_ecn = 0x03,
    crypto = 0x06,
    connection_close = 0x1c,
};

/// A frame of an Initial. `offset` and `octets` are a CRYPTO frame's; the octets are borrowed from the payload.
struct Frame {
    FrameType type{};
    std::uint64_t offset = 0;
    Bytes octets;
};

/// Reads the frames of an opened Initial in their order (RFC 9000, 19). PADDING is passed over.
class FrameReader {
public:
    /// `payload` is borrowed.
    explicit FrameReader(Bytes payload, FrameDialect dialect = FrameDialect::ietf) : in_{payload}, dialect_{dialect} {}

    /// The next frame, or nothing at the payload's end. Every call takes octets, so a loop over it ends.
    ///
    /// Errors, after which the reader is at its end: `truncated`; `bad_value` for a frame that an Initial may not
    /// hold, a type not encoded shortest, ACK ranges below packet number 0 or CRYPTO octets past 2^62-1.
    std::expected<std::optional<Frame>, ParseError> next();

private:
    void skip_padding();

    Cursor in_;
    FrameDialect dialect_;
};

/// Puts the CRYPTO frames of one sender in order (RFC 9000, 19.6): split, reordered, repeated and overlapping ones.
///
/// Memory is proportional to the octets that were given, at most max_octets and max_pieces.
class CryptoAssembler {
public:
    static constexpr std::size_t max_octets = 65536;  ///< a hello with post-quantum shares takes about 2,000
    static constexpr std::size_t max_pieces = 256;    ///< separate runs at a time; shuffling clients make about 20

    /// Takes a copy of a CRYPTO frame's octets. Where octets repeat, the first ones stay.
    ///
    /// Errors: `too_long` past max_octets or max_pieces; what did not fit is left out.
    std::expected<void, ParseError> add(std::uint64_t offset, Bytes octets);

    /// The octets from offset 0 up to the first gap. Valid until the next add() or reset().
    Bytes prefix();

    /// True once repeated octets differed from the first ones.
    bool ambiguous() const { return ambiguous_; }
    bool empty() const { return pieces_.empty(); }
    std::size_t stored() const { return octets_.size(); }  ///< octets kept, gaps not counted
    void reset();

private:
    /// A run of the stream and where its octets are; sorted by offset, never overlapping, never empty.
    struct Piece {
        std::uint32_t offset;
        std::uint32_t length;
        std::uint32_t position;
        std::uint32_t end() const { return offset + length; }
    };

    Bytes stored_octets(const Piece& piece) const { return Bytes{octets_}.subspan(piece.position, piece.length); }
    std::size_t store(std::size_t index, std::uint32_t offset, Bytes octets);
    void compare(const Piece& piece, std::uint32_t offset, Bytes octets);
    void put_in_order();

    std::vector<std::byte> octets_;
    std::vector<Piece> pieces_;
    bool ambiguous_ = false;
};

}  // namespace waybill::quic
