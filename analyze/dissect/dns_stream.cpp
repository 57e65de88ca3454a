#include "analyze/dissect/dns_stream.h"

#include <algorithm>
#include <utility>

namespace waybill {
namespace {

constexpr std::size_t min_message_octets = 12;  // RFC 1035, 4.1.1: the header

Bytes take_front(Bytes& octets, std::size_t count)
{
    const Bytes front = octets.first(std::min(count, octets.size()));
    octets = octets.subspan(front.size());
    return front;
}

}  // namespace

std::size_t DnsStream::body_left() const
{
    Cursor length{length_};
    return length.u16() - body_.size() - body_skipped_;
}

void DnsStream::lose_synchronisation()
{
    unsynchronised_ = true;
    std::exchange(body_, {});
    length_have_ = 0;
}

/// Whether the length of the message that begins or goes on is known.
bool DnsStream::take_length(Bytes& octets)
{
    while (length_have_ < length_.size()) {
        if (octets.empty())
            return false;
        length_[length_have_++] = take_front(octets, 1).front();
        if (length_have_ == length_.size() && body_left() < min_message_octets) {
            lose_synchronisation();
            return false;
        }
    }
    return true;
}

void DnsStream::keep(Bytes part)
{
    const std::size_t needed = body_.size() + part.size();
    if (needed > body_.capacity())  // grows with what has come, never past the message
        body_.reserve(std::min(2 * needed, body_.size() + body_left()));
    body_.insert(body_.end(), part.begin(), part.end());
}

std::optional<Bytes> DnsStream::take(Bytes& octets)
{
    std::exchange(whole_, {});
    while (!unsynchronised_ && take_length(octets)) {  // each round but the last ends a spoilt message
        const bool begins = body_.empty() && !spoilt_;
        const Bytes part = take_front(octets, body_left());
        if (begins && part.size() == body_left()) {
            length_have_ = 0;
            return part;
        }
        if (spoilt_)
            body_skipped_ += part.size();
        else
            keep(part);
        if (body_left() != 0)
            return std::nullopt;
        length_have_ = 0;
        body_skipped_ = 0;
        if (!std::exchange(spoilt_, false)) {
            whole_ = std::exchange(body_, {});
            return Bytes{whole_};
        }
    }
    return std::nullopt;
}

void DnsStream::missing(std::uint64_t count)
{
    if (unsynchronised_ || count == 0)
        return;
    if (length_have_ != 0 && !spoilt_)
        ++lost_messages_;
    if (length_have_ < length_.size() || count > body_left()) {
        lose_synchronisation();
        return;
    }
    spoilt_ = true;
    body_skipped_ += body_.size() + static_cast<std::size_t>(count);
    std::exchange(body_, {});
    if (body_left() == 0) {
        length_have_ = 0;
        body_skipped_ = 0;
        spoilt_ = false;
    }
}

}  // namespace waybill
