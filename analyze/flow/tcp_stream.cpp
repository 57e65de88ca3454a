#include "analyze/flow/tcp_stream.h"

#include <algorithm>
#include <utility>

#include "model/flow_facts.h"
#include "model/gap.h"
#include "wire/transport.h"

namespace waybill {
namespace {

/// How far `sequence` is ahead of `base`, modulo 2^32 (RFC 9293, 3.4).
std::int32_t distance(std::uint32_t base, std::uint32_t sequence)
{
    return static_cast<std::int32_t>(sequence - base);
}

Side opposite(Side side)
{
    return side == Side::client ? Side::server : Side::client;
}

}  // namespace

std::vector<std::byte> StreamBudget::take_buffer()
{
    if (spare.empty())
        return {};
    std::vector<std::byte> buffer = std::move(spare.back());
    spare.pop_back();
    return buffer;
}

void StreamBudget::give_back(std::vector<std::byte>& buffer)
{
    buffer.clear();
    if (spare.size() < max_spare && buffer.capacity() != 0)
        spare.push_back(std::move(buffer));
    buffer = {};
}

TcpStream::~TcpStream()
{
    for (Direction& direction : directions_) {
        drop_held(direction);
        budget_->give_back(direction.compared);
    }
}

bool TcpStream::segment(Side side, const Segment& segment, FlowFacts& facts)
{
    Direction& ours = direction(side);
    if (segment.has_flag(TcpHeader::ack))
        acknowledge(direction(opposite(side)), segment.tcp_acknowledgment);
    std::uint32_t sequence = segment.tcp_sequence;
    if (segment.has_flag(TcpHeader::syn)) {
        ++sequence;  // the SYN takes a sequence number (RFC 9293, 3.4)
        if (!ours.synchronised || ours.next == ours.begin) {
            ours.synchronised = true;
            ours.begin = ours.next = ours.read = sequence;
        }
    }
    if (segment.payload_length == 0)
        return false;
    if (!ours.synchronised) {
        ours.synchronised = true;
        ours.begin = ours.next = ours.read = sequence;
    }
    return take(side, {sequence, segment.payload_length, segment.time, segment.payload}, facts);
}

std::size_t TcpStream::octets_read(Side side, const Segment& segment) const
{
    if (connection_.wants(side))
        return segment.payload.size();
    const std::uint32_t begin = segment.tcp_sequence + (segment.has_flag(TcpHeader::syn) ? 1U : 0U);
    const std::int32_t read = distance(begin, direction(side).read);
    return std::min(segment.payload.size(), static_cast<std::size_t>(std::max(read, 0)));
}

bool TcpStream::take(Side side, const Piece& piece, FlowFacts& facts)
{
    Direction& ours = direction(side);
    if (distance(ours.next, piece.sequence) > 0) {
        if (!connection_.wants(side))
            return false;
        hold(side, piece);
        const bool at_bound = ours.held.size() > max_held_segments || ours.held_octets > max_held_octets ||
                              budget_->held > StreamBudget::max_octets;
        if (at_bound)
            skip_hole(side, facts);
        return true;
    }
    const std::uint32_t repeated = ours.next - piece.sequence;
    if (repeated != 0)
        compare(ours, piece.sequence, piece.octets, facts);
    if (repeated >= piece.length)
        return false;
    const bool wanted = connection_.wants(side);
    const Bytes fresh = piece.octets.subspan(std::min<std::size_t>(repeated, piece.octets.size()));
    hand_over(side, fresh, piece.length - repeated, piece.time, facts);
    if (!ours.held.empty())
        drain(side, facts);
    return wanted;
}

void TcpStream::hand_over(Side side, Bytes octets, std::uint32_t length, Timestamp time, FlowFacts& facts)
{
    Direction& ours = direction(side);
    if (connection_.wants(side)) {
        const std::size_t unread = octets.empty() ? 0 : connection_.data(side, octets, time, facts);
        const Bytes read = octets.first(octets.size() - unread);
        remember(ours, read);
        ours.read = ours.next + static_cast<std::uint32_t>(read.size());
        if (octets.size() < length && connection_.wants(side)) {
            if (!budget_->trimmed)
                gaps_->add(GapKind::snap_length);
            connection_.missing(side, length - octets.size(), facts);
        }
    }
    ours.next += length;
}

void TcpStream::hold(Side side, const Piece& piece)
{
    Direction& ours = direction(side);
    const auto place =
        std::ranges::find_if(ours.held, [&](const Held& held) { return distance(piece.sequence, held.sequence) > 0; });
    ours.held_octets += piece.octets.size();
    budget_->held += piece.octets.size();
    ours.held.insert(place, {piece.sequence, piece.length, piece.time, {piece.octets.begin(), piece.octets.end()}});
}

void TcpStream::drain(Side side, FlowFacts& facts)
{
    Direction& ours = direction(side);
    while (!ours.held.empty() && distance(ours.next, ours.held.front().sequence) <= 0) {  // takes one out a turn
        const Held piece = std::move(ours.held.front());
        ours.held.erase(ours.held.begin());
        ours.held_octets -= piece.octets.size();
        budget_->held -= piece.octets.size();
        const std::uint32_t repeated = ours.next - piece.sequence;
        if (repeated > 0)
            compare(ours, piece.sequence, piece.octets, facts);
        if (repeated >= piece.length)
            continue;
        const Bytes fresh = Bytes{piece.octets}.subspan(std::min<std::size_t>(repeated, piece.octets.size()));
        hand_over(side, fresh, piece.length - repeated, piece.time, facts);
    }
    if (!connection_.wants(side))
        drop_held(ours);
}

void TcpStream::skip_hole(Side side, FlowFacts& facts)
{
    Direction& ours = direction(side);
    if (ours.held.empty())
        return;
    const std::uint32_t hole = ours.held.front().sequence - ours.next;
    if (connection_.wants(side)) {
        gaps_->add(GapKind::stream_missing);
        connection_.missing(side, hole, facts);
    }
    ours.next += hole;
    drain(side, facts);
}

void TcpStream::drop_held(Direction& direction)
{
    budget_->held -= direction.held_octets;
    direction.held_octets = 0;
    direction.held.clear();
}

void TcpStream::compare(Direction& direction, std::uint32_t sequence, Bytes octets, FlowFacts& facts)
{
    if (direction.compared.empty() || facts.ambiguous)
        return;
    const std::int32_t offset = distance(direction.compared_from, sequence);
    const Bytes known{direction.compared};
    const std::size_t skip_ours = offset < 0 ? static_cast<std::size_t>(-static_cast<std::int64_t>(offset)) : 0;
    const std::size_t skip_known = offset > 0 ? static_cast<std::size_t>(offset) : 0;
    if (skip_ours >= octets.size() || skip_known >= known.size())
        return;
    const std::size_t common = std::min(octets.size() - skip_ours, known.size() - skip_known);
    if (std::ranges::equal(octets.subspan(skip_ours, common), known.subspan(skip_known, common)))
        return;
    facts.ambiguous = true;
    gaps_->add(GapKind::stream_ambiguous);
}

void TcpStream::remember(Direction& direction, Bytes octets)
{
    const std::uint32_t position = direction.next - direction.begin;
    if (octets.empty() || position >= max_compared_octets)
        return;
    if (direction.compared.empty()) {
        direction.compared = budget_->take_buffer();
        direction.compared_from = direction.next;
    } else if (direction.next != direction.compared_from + direction.compared.size()) {
        return;  // a hole lies between: the older copies stay
    }
    const Bytes kept = octets.first(std::min<std::size_t>(octets.size(), max_compared_octets - position));
    direction.compared.insert(direction.compared.end(), kept.begin(), kept.end());
}

void TcpStream::acknowledge(Direction& direction, std::uint32_t acknowledgment)
{
    if (direction.compared.empty())
        return;
    const auto end = direction.compared_from + static_cast<std::uint32_t>(direction.compared.size());
    if (distance(end, acknowledgment) >= 0)
        budget_->give_back(direction.compared);
}

void TcpStream::finish(FlowFacts& facts)
{
    for (const Side side : {Side::client, Side::server})
        while (!direction(side).held.empty())  // each turn drains at least one
            skip_hole(side, facts);
    connection_.finish(facts);
}

}  // namespace waybill
