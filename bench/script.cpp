#include "bench/script.h"

#include <algorithm>

namespace waybill::bench {
namespace {

constexpr std::uint64_t record_header_octets = 16;
constexpr std::uint32_t segment_gap = 12;  // microseconds between two segments of one message

/// A run of records must not end inside a record's header.
std::uint64_t whole_records(std::uint64_t octets)
{
    constexpr std::uint64_t shortest_record = 5 + 17;
    const std::uint64_t last = octets % tls_record_octets;
    return last != 0 && last < shortest_record ? octets + shortest_record : octets;
}

}  // namespace

Step& Script::push(const Step& step)
{
    steps_.push_back(step);
    Step& added = steps_.back();
    if (frames_.transport() == Transport::tcp) {
        added.sequence = position_[index(step.direction)];
        const bool counted = (step.flags & (tcp_flag::syn | tcp_flag::fin)) != 0;
        position_[index(step.direction)] += step.octets + (counted ? 1 : 0);
    }
    return added;
}

void Script::handshake(std::uint32_t round_trip)
{
    push({.direction = Direction::out, .flags = tcp_flag::syn, .gap = round_trip});
    push({.direction = Direction::in, .flags = tcp_flag::syn | tcp_flag::ack, .gap = 40});
    acknowledge(Direction::out, 200);
}

void Script::finish(std::uint32_t round_trip)
{
    push({.direction = Direction::out, .flags = tcp_flag::fin | tcp_flag::ack, .gap = round_trip});
    push({.direction = Direction::in, .flags = tcp_flag::fin | tcp_flag::ack, .gap = 40});
    acknowledge(Direction::out, 0);
}

std::uint32_t Script::send(Direction direction, std::size_t from, std::uint32_t gap)
{
    std::uint32_t packets = 0;
    for (std::size_t at = from; at < messages_.size(); ++packets) {
        const auto octets = static_cast<std::uint32_t>(std::min<std::size_t>(messages_.size() - at, segment_octets_));
        push({.direction = direction,
              .flags = tcp_flag::psh | tcp_flag::ack,
              .octets = octets,
              .message_at = static_cast<std::uint32_t>(at),
              .gap = segment_gap});
        at += octets;
    }
    if (packets > 0)
        steps_.back().gap = gap;
    return packets;
}

void Script::acknowledge(Direction direction, std::uint32_t gap)
{
    push({.direction = direction, .flags = tcp_flag::ack, .gap = gap});
}

void Script::run(Direction direction, const Run& run, std::uint32_t gap_after)
{
    const std::uint64_t octets = run.content == Content::tls_records ? whole_records(run.octets) : run.octets;
    if (octets == 0)
        return;
    push({.direction = direction,
          .content = run.content,
          .flags = tcp_flag::ack,
          .acknowledge_every = run.acknowledge_every,
          .octets = static_cast<std::uint32_t>(octets),
          .gap = run.gap});
    acknowledge(opposite(direction), gap_after);
    if (run.content == Content::quic_short) {
        steps_.back().content = Content::quic_short;
        steps_.back().octets = quic_acknowledgement_octets;
    }
}

void Script::swap_last_two()
{
    if (steps_.size() < 2)
        return;
    Step& last = steps_.back();
    Step& before = steps_[steps_.size() - 2];
    std::swap(last, before);
    std::swap(last.gap, before.gap);
}

void Script::repeat_last()
{
    steps_.push_back(steps_.back());
}

void write_record_headers(std::span<std::byte> part, std::uint32_t progress, std::uint32_t octets)
{
    const std::uint64_t end = progress + part.size();
    for (std::uint64_t start = progress - progress % tls_record_octets; start < end; start += tls_record_octets) {
        const std::uint64_t length = std::min<std::uint64_t>(tls_record_octets, octets - start) - 5;
        const std::array<std::uint64_t, 5> header{23, 3, 3, length >> 8U, length & 0xffU};
        for (std::size_t i = 0; i < header.size(); ++i)
            if (start + i >= progress && start + i < end)
                part[start + i - progress] = static_cast<std::byte>(header[i]);
    }
}

std::uint64_t Script::wire_octets() const
{
    std::uint64_t total = 0;
    for (const Step& step : steps_) {
        const std::uint64_t header = record_header_octets + frames_.header_octets(step.flags);
        const std::uint64_t packets = std::max<std::uint64_t>(1, (step.octets + segment_octets_ - 1) / segment_octets_);
        const std::uint64_t answers = step.acknowledge_every == 0 ? 0 : packets / step.acknowledge_every;
        const std::uint64_t answer = step.content == Content::quic_short ? quic_acknowledgement_octets : 0;
        total += step.octets + packets * header + answers * (header + answer);
    }
    return total;
}

}  // namespace waybill::bench
