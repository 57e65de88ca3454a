#include "analyze/dissect/http2_stream.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "wire/http1.h"

namespace waybill {
namespace {

using http2::FrameType;

bool carries_fields(FrameType type)
{
    return type == FrameType::headers || type == FrameType::push_promise || type == FrameType::continuation;
}

/// The fields of a request that name something (RFC 9113, 8.3.1).
struct RequestFields {
    std::optional<std::string> method;
    std::optional<std::string> authority;
    std::optional<std::string> host;
    bool extended = false;  // RFC 8441: CONNECT that opens a tunnel to no other host

    void take(std::string_view name, std::string_view value)
    {
        if (name == ":method")
            method = value;
        else if (name == ":authority")
            authority = value;
        else if (name == "host")
            host = value;
        else if (name == ":protocol")
            extended = true;
    }

    void report(const Observation& seen) const
    {
        if (method && *method == "CONNECT" && authority && !extended) {
            seen.connect_target(*authority);
            seen.authority(NameSource::proxy_connect, *authority);
        }
        if (authority && !authority->empty())
            seen.authority(NameSource::http2_authority, *authority);
        else if (method && host)
            seen.authority(NameSource::http_host, *host);
    }
};

}  // namespace

Http2Stream::Direction Http2Stream::make_client()
{
    Direction client;
    client.state = State::preface;
    return client;
}

std::size_t Http2Stream::data(Side side, Bytes octets, const Observation& seen)
{
    Direction& direction = sides_[side];
    std::size_t taken = 0;
    while (taken < octets.size()) {  // each turn takes at least one octet, or ends a frame without payload
        const Bytes rest = octets.subspan(taken);
        switch (direction.state) {
            case State::preface:
                taken += take_preface(direction, rest, seen);
                break;
            case State::frame_header:
                taken += take_frame_header(direction, rest, seen);
                break;
            case State::block:
            case State::skipped:
                taken += take_payload(direction, rest, seen);
                break;
            case State::ended:
                return octets.size();
        }
    }
    return taken;
}

std::size_t Http2Stream::take_preface(Direction& client, Bytes octets, const Observation& seen)
{
    if (client.held == 0 && as_text(octets).front() == http1::http2_preface_rest.front())
        client.held = http1::http2_preface.size() - http1::http2_preface_rest.size();
    const std::string_view expected = http1::http2_preface.substr(client.held);
    const std::size_t count = std::min(expected.size(), octets.size());
    if (as_text(octets.first(count)) != expected.substr(0, count)) {
        lose(client, seen);
        return octets.size();
    }
    client.held += count;
    if (client.held == http1::http2_preface.size()) {
        seen.recognise(Protocol::http2);
        client.held = 0;
        client.state = State::frame_header;
    }
    return count;
}

std::size_t Http2Stream::take_frame_header(Direction& direction, Bytes octets, const Observation& seen)
{
    const std::size_t count = std::min(direction.header.size() - direction.held, octets.size());
    std::ranges::copy(octets.first(count), direction.header.begin() + static_cast<std::ptrdiff_t>(direction.held));
    direction.held += count;
    if (direction.held < direction.header.size())
        return count;
    direction.held = 0;
    const auto frame = http2::parse_frame_header(direction.header);
    if (!frame) {
        lose(direction, seen);
        return count;
    }
    direction.frame = *frame;
    direction.left = frame->length;
    if ((direction.block_stream != 0) != (frame->type == FrameType::continuation) ||
        (direction.block_stream != 0 && direction.block_stream != frame->stream)) {
        lose(direction, seen);  // RFC 9113, 4.3: a block's frames follow each other
        return count;
    }
    const bool fits = frame->length <= http2::max_header_block_octets;
    direction.state = carries_fields(frame->type) && fits ? State::block : State::skipped;
    direction.payload.clear();
    if (carries_fields(frame->type) && !fits) {
        ++seen.counters().head_bound;
        direction.block_lost = true;
    }
    if (direction.left == 0)
        end_frame(direction, seen);
    return count;
}

std::size_t Http2Stream::take_payload(Direction& direction, Bytes octets, const Observation& seen)
{
    const std::size_t count = std::min<std::size_t>(direction.left, octets.size());
    if (direction.state == State::block)
        direction.payload.insert(direction.payload.end(), octets.begin(),
                                 octets.begin() + static_cast<std::ptrdiff_t>(count));
    direction.left -= static_cast<std::uint32_t>(count);
    if (direction.left == 0)
        end_frame(direction, seen);
    return count;
}

void Http2Stream::end_frame(Direction& direction, const Observation& seen)
{
    direction.state = State::frame_header;
    if (!carries_fields(direction.frame.type))
        return;
    add_fragment(direction, seen);
    direction.block_stream = direction.frame.stream;
    if (direction.frame.type != FrameType::continuation)
        direction.block_is_promise = direction.frame.type == FrameType::push_promise;
    if (direction.frame.has(http2::flag_end_headers) && direction.state != State::ended)
        end_block(direction, seen);
}

void Http2Stream::add_fragment(Direction& direction, const Observation& seen)
{
    if (direction.block_lost)
        return;
    const auto fragment = http2::parse_block_fragment(direction.frame, direction.payload);
    if (!fragment) {
        lose(direction, seen);
    } else if (fragment->size() > http2::max_header_block_octets - direction.block.size()) {
        ++seen.counters().head_bound;
        direction.block_lost = true;
    } else {
        direction.block.insert(direction.block.end(), fragment->begin(), fragment->end());
    }
}

void Http2Stream::end_block(Direction& direction, const Observation& seen)
{
    const bool client = &direction == &sides_.client;
    const bool request = client || direction.block_is_promise;
    if (direction.block_lost) {
        direction.fields.forget();
    } else {
        RequestFields fields;
        const auto decoded = direction.fields.decode(
            direction.block, [&](std::string_view name, std::string_view value) { fields.take(name, value); });
        if (!decoded) {
            direction.fields.forget();
            ++seen.counters().http2_unsynchronised;
        }
        if (client && fields.method)
            seen.http_request(*fields.method);
        if (request)
            fields.report(seen);
    }
    direction.block.clear();
    direction.block_stream = 0;
    direction.block_lost = false;
}

void Http2Stream::lose(Direction& direction, const Observation& seen)
{
    direction = Direction{};
    direction.state = State::ended;
    ++seen.counters().http2_unsynchronised;
}

void Http2Stream::missing(Side side, std::uint64_t octets, const Observation& seen)
{
    Direction& direction = sides_[side];
    if (direction.state == State::ended || octets == 0)
        return;
    const bool inside = direction.state == State::block || direction.state == State::skipped;
    if (!inside || octets > direction.left) {
        lose(direction, seen);
        return;
    }
    if (direction.state == State::block)
        direction.block_lost = true;
    direction.state = State::skipped;
    direction.left -= static_cast<std::uint32_t>(octets);
    if (direction.left == 0)
        end_frame(direction, seen);
}

void Http2Stream::finish(const Observation& seen)
{
    for (const Side side : {Side::client, Side::server}) {
        const Direction& direction = sides_[side];
        if (direction.state == State::block || direction.block_stream != 0)
            ++seen.counters().head_truncated;
    }
}

}  // namespace waybill
