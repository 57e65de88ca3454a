#include "wire/quic_frames.h"

#include <algorithm>
#include <cstring>

#include "wire/quic_varint.h"

namespace waybill::quic {
namespace {

using enum ParseError::Kind;

constexpr std::uint8_t padding = 0x00;  // RFC 9000, 19.1

/// The frame that a type's number means; nothing for one that an Initial may not hold (RFC 9000, 12.4).
std::optional<FrameType> frame_type(std::uint8_t number, FrameDialect dialect)
{
    if (dialect == FrameDialect::google) {
        if (number == 0x07)
            return FrameType::ping;
        return number == 0x08 ? std::optional{FrameType::crypto} : std::nullopt;
    }
    switch (number) {
        case 0x01:
            return FrameType::ping;
        case 0x02:
            return FrameType::ack;
        case 0x03:
            return FrameType::ack_ecn;
        case 0x06:
            return FrameType::crypto;
        case 0x1c:
            return FrameType::connection_close;
        default:
            return std::nullopt;
    }
}

/// RFC 9000, 19.3: false when a range reaches below packet number 0. Ends with the octets at the latest.
bool read_ack(Cursor& in, FrameType type)
{
    const std::uint64_t largest = read_varint(in);
    read_varint(in);  // ACK Delay
    const std::uint64_t range_count = read_varint(in);
    const std::uint64_t first_range = read_varint(in);
    if (first_range > largest)
        return false;
    std::uint64_t smallest = largest - first_range;
    for (std::uint64_t i = 0; i < range_count && !in.failed(); ++i) {
        const std::uint64_t gap = read_varint(in);
        const std::uint64_t length = read_varint(in);
        if (smallest < gap + length + 2)  // both are below 2^62
            return false;
        smallest -= gap + length + 2;
    }
    if (type == FrameType::ack_ecn) {
        read_varint(in);  // ECT(0), ECT(1) and ECN-CE counts
        read_varint(in);
        read_varint(in);
    }
    return true;
}

/// RFC 9000, 19.19, type 0x1c.
void read_connection_close(Cursor& in)
{
    read_varint(in);           // Error Code
    read_varint(in);           // Frame Type
    in.skip(read_varint(in));  // Reason Phrase
}

/// What follows the type; nothing for values that the RFC forbids. The cursor tells whether all of it was there.
std::optional<Frame> read_fields(Cursor& in, FrameType type)
{
    Frame frame{type, 0, {}};
    switch (type) {
        case FrameType::ping:
            break;
        case FrameType::ack:
        case FrameType::ack_ecn:
            if (!read_ack(in, type))
                return std::nullopt;
            break;
        case FrameType::crypto:
            frame.offset = read_varint(in);
            frame.octets = in.bytes(read_varint(in));
            if (frame.octets.size() > max_varint - frame.offset)
                return std::nullopt;
            break;
        case FrameType::connection_close:
            read_connection_close(in);
            break;
    }
    return frame;
}

}  // namespace

void FrameReader::skip_padding()
{
    const Bytes rest = in_.rest();
    if (rest.empty() || rest[0] != std::byte{padding})
        return;
    // Nearly always the padding reaches to the end: then one comparison shifted by an octet tells.
    const bool all_padding = std::memcmp(rest.data(), rest.subspan(1).data(), rest.size() - 1) == 0;
    const auto end = all_padding
                         ? rest.end()
                         : std::ranges::find_if(rest, [](std::byte octet) { return octet != std::byte{padding}; });
    in_.skip(static_cast<std::size_t>(end - rest.begin()));
}

std::expected<std::optional<Frame>, ParseError> FrameReader::next()
{
    skip_padding();
    if (in_.at_end())
        return std::nullopt;
    const std::size_t start = in_.offset();
    const auto type = frame_type(in_.u8(), dialect_);
    const auto frame = type ? read_fields(in_, *type) : std::nullopt;
    if (frame && !in_.failed())
        return frame;
    const ParseError error = in_.failed() ? in_.error(truncated) : ParseError{bad_value, start};
    in_.fail();
    return std::unexpected(error);
}

/// Flags octets that differ from the ones that `piece` holds from `offset` on.
void CryptoAssembler::compare(const Piece& piece, std::uint32_t offset, Bytes octets)
{
    if (!std::ranges::equal(stored_octets(piece).subspan(offset - piece.offset, octets.size()), octets))
        ambiguous_ = true;
}

/// Puts a run that overlaps nothing before the piece at `index`, or joins it to the one before when its octets go on
/// there. Gives the index of the piece behind the run.
std::size_t CryptoAssembler::store(std::size_t index, std::uint32_t offset, Bytes octets)
{
    const auto length = static_cast<std::uint32_t>(octets.size());
    const auto position = static_cast<std::uint32_t>(octets_.size());
    octets_.insert(octets_.end(), octets.begin(), octets.end());
    if (index > 0) {
        Piece& before = pieces_[index - 1];
        if (before.end() == offset && before.position + before.length == position) {
            before.length += length;
            return index;
        }
    }
    pieces_.insert(pieces_.begin() + static_cast<std::ptrdiff_t>(index), Piece{offset, length, position});
    return index + 1;
}

std::expected<void, ParseError> CryptoAssembler::add(std::uint64_t offset, Bytes octets)
{
    if (offset > max_octets || octets.size() > max_octets - offset)
        return std::unexpected(ParseError{too_long, 0});
    auto at = static_cast<std::uint32_t>(offset);
    const auto first = std::ranges::upper_bound(pieces_, at, {}, [](const Piece& piece) { return piece.end(); });
    auto index = static_cast<std::size_t>(first - pieces_.begin());
    // Ends because each turn takes octets: the piece at `index`, if there is one, ends behind `at`.
    while (!octets.empty()) {
        const bool last = index == pieces_.size();
        const bool held = !last && pieces_[index].offset <= at;
        const std::size_t boundary = last ? max_octets : held ? pieces_[index].end() : pieces_[index].offset;
        const Bytes run = octets.first(std::min(boundary - at, octets.size()));
        if (held) {
            compare(pieces_[index], at, run);
            ++index;
        } else {
            if (pieces_.size() == max_pieces)
                return std::unexpected(ParseError{too_long, 0});
            index = store(index, at, run);
        }
        octets = octets.subspan(run.size());
        at += static_cast<std::uint32_t>(run.size());
    }
    return {};
}

/// Moves the octets into the order of the stream and joins the runs that touch.
void CryptoAssembler::put_in_order()
{
    std::vector<std::byte> ordered;
    ordered.reserve(octets_.size());
    std::vector<Piece> joined;
    for (const Piece& piece : pieces_) {
        const Bytes octets = stored_octets(piece);
        if (!joined.empty() && joined.back().end() == piece.offset)
            joined.back().length += piece.length;
        else
            joined.push_back({piece.offset, piece.length, static_cast<std::uint32_t>(ordered.size())});
        ordered.insert(ordered.end(), octets.begin(), octets.end());
    }
    octets_ = std::move(ordered);
    pieces_ = std::move(joined);
}

Bytes CryptoAssembler::prefix()
{
    if (pieces_.empty() || pieces_[0].offset != 0)
        return {};
    if (pieces_.size() > 1 && pieces_[0].end() == pieces_[1].offset)
        put_in_order();
    return stored_octets(pieces_[0]);
}

void CryptoAssembler::reset()
{
    *this = {};
}

}  // namespace waybill::quic
