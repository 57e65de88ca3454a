#include "wire/dtls_hello_assembler.h"

#include <algorithm>

namespace waybill::dtls {
namespace {

constexpr std::size_t version_octets = 2;  // RFC 6347, 4.2.1: client_version stands before the random

bool is_hello(tls::HandshakeType type)
{
    return type == tls::HandshakeType::client_hello || type == tls::HandshakeType::server_hello;
}

}  // namespace

std::optional<tls::HandshakeMessage> HelloAssembler::next(Bytes& datagram)
{
    if (held_given_)
        drop_held();
    Cursor in{datagram};
    while (!in.at_end()) {  // each turn takes a record header or leaves
        const Bytes from_here = in.rest();
        const auto record = next_record(in);
        if (!record) {
            cut_ |= looks_like_dtls(from_here);
            if (record.error().kind != ParseError::Kind::unsupported)
                note(record.error());
            break;
        }
        if (record->type != tls::ContentType::handshake || record->encrypted())
            continue;
        const std::size_t start = in.offset() - record->fragment.size();
        if (const auto message = take_record(Cursor{record->fragment, start})) {
            datagram = in.rest();
            return message;
        }
    }
    datagram = {};
    return std::nullopt;
}

HelloState HelloAssembler::state() const
{
    if (given_)
        return HelloState::complete;
    if (!pieces_.empty() || cut_)
        return HelloState::truncated;
    return error_ ? HelloState::malformed : HelloState::absent;
}

std::optional<tls::HandshakeMessage> HelloAssembler::take_record(Cursor record)
{
    while (!record.at_end()) {  // each turn takes a fragment header or leaves
        const auto part = next_fragment(record);
        if (!part) {
            note(part.error());
            break;
        }
        if (!is_hello(part->type))
            continue;
        if (const auto message = take_fragment(*part, record.offset() - part->fragment.size()))
            return message;
    }
    return std::nullopt;
}

std::optional<tls::HandshakeMessage> HelloAssembler::take_fragment(const HandshakeFragment& part, std::size_t offset)
{
    if (part.whole()) {
        if (is_of_held(part))
            drop_held();
        return deliver(part, part.fragment);
    }
    if (part.message_length > max_fragmented_octets) {
        note({ParseError::Kind::too_long, offset});
        return std::nullopt;
    }
    hold(part, offset);
    const bool complete = pieces_.size() == 1 && pieces_[0].begin == 0 && pieces_[0].end == part.message_length;
    if (!complete || !is_of_held(part))
        return std::nullopt;
    held_given_ = true;
    const auto message = deliver(part, held_);
    if (!message)
        drop_held();
    return message;
}

std::optional<tls::HandshakeMessage> HelloAssembler::deliver(const HandshakeFragment& part, Bytes body)
{
    if (body.size() >= version_octets + tls::random_octets) {
        // A second hello keeps the first one's random and has a higher message_seq (RFC 6347, 4.2.1 and 4.2.2).
        const Bytes random = body.subspan(version_octets, tls::random_octets);
        if (given_ && part.message_seq <= given_seq_ && std::ranges::equal(random, given_random_))
            return std::nullopt;
        std::ranges::copy(random, given_random_.begin());
    }
    given_ = true;
    given_seq_ = part.message_seq;
    return tls::HandshakeMessage{part.type, tls::HandshakeMessage::Format::tls, body};
}

bool HelloAssembler::is_of_held(const HandshakeFragment& part) const
{
    return !pieces_.empty() && part.type == held_type_ && part.message_seq == held_seq_ &&
           part.message_length == held_.size();
}

/// Puts a part of a message where it belongs; the held message gives way to another.
void HelloAssembler::hold(const HandshakeFragment& part, std::size_t offset)
{
    if (part.fragment.empty())
        return;
    if (!is_of_held(part)) {
        drop_held();
        held_.resize(part.message_length);
        held_type_ = part.type;
        held_seq_ = part.message_seq;
    }
    const auto end = part.fragment_offset + static_cast<std::uint32_t>(part.fragment.size());
    if (!add_piece({part.fragment_offset, end})) {
        drop_held();
        return note({ParseError::Kind::too_long, offset});
    }
    std::ranges::copy(part.fragment, std::span{held_}.subspan(part.fragment_offset).begin());
}

/// Unites the piece with those that it touches; false when there would be too many.
bool HelloAssembler::add_piece(Piece piece)
{
    const auto first = std::ranges::lower_bound(pieces_, piece.begin, {}, &Piece::end);
    auto last = first;
    for (; last != pieces_.end() && last->begin <= piece.end; ++last) {  // over the pieces, of which there are few
        piece.begin = std::min(piece.begin, last->begin);
        piece.end = std::max(piece.end, last->end);
    }
    pieces_.insert(pieces_.erase(first, last), piece);
    return pieces_.size() <= max_pieces;
}

void HelloAssembler::drop_held()
{
    held_.clear();
    pieces_.clear();
    held_given_ = false;
}

void HelloAssembler::note(ParseError error)
{
    if (!error_)
        error_ = error;
}

}  // namespace waybill::dtls
