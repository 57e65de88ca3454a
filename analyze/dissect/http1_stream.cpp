#include "analyze/dissect/http1_stream.h"

#include <algorithm>

namespace waybill {
namespace {

using http1::RequestKind;

/// RFC 9112, 2.2: empty lines before a message are passed over.
std::size_t count_line_ends(std::string_view text)
{
    const auto first = text.find_first_not_of("\r\n");
    return first == std::string_view::npos ? text.size() : first;
}

void read_names(const http1::RequestHead& head, const Observation& seen)
{
    const http1::RequestLine& line = head.line;
    if (line.method == "CONNECT") {
        seen.connect_target(line.target);
        if (const auto target = http1::parse_authority(line.target)) {
            seen.name(NameSource::proxy_connect, target->host);
            return;
        }
    }
    if (const auto target = http1::authority_of_target(line.target))
        seen.name(NameSource::http_host, target->host);
    http1::FieldReader fields{head.fields};
    while (const auto field = fields.next()) {
        if (field->is("host"))
            seen.authority(NameSource::http_host, field->value);
    }
}

}  // namespace

std::size_t Http1Stream::data(Side side, Bytes octets, const Observation& seen)
{
    const Direction& direction = sides_[side];
    if (direction.state == State::lost)
        resume(side, as_text(octets));
    std::size_t taken = 0;
    while (taken < octets.size()) {  // each turn takes an octet or changes from body to head, or ends the loop
        const Bytes rest = octets.subspan(taken);
        if (direction.state == State::handed_over)
            return taken;
        if (direction.state == State::lost)
            return octets.size();
        if (direction.state == State::body)
            taken += take_body(side, rest, seen);
        else
            taken += take_head(side, rest, seen);
    }
    return taken;
}

std::size_t Http1Stream::take_body(Side side, Bytes octets, const Observation& seen)
{
    Direction& direction = sides_[side];
    const std::size_t taken = direction.body.skip(octets);
    if (direction.body.broken())
        lose(side, seen);
    else if (direction.body.ended())
        direction.state = State::head;
    return taken;
}

std::size_t Http1Stream::take_head(Side side, Bytes octets, const Observation& seen)
{
    Direction& direction = sides_[side];
    std::string& held = direction.held;
    const std::string_view text = as_text(octets);
    if (held.empty()) {
        if (const std::size_t line_ends = count_line_ends(text); line_ends > 0)
            return line_ends;
        if (leaves_http(side, text)) {
            direction.state = State::handed_over;
            return 0;
        }
        if (const std::size_t end = http1::find_head_end(text); end > 0 && end <= http1::max_head_octets) {
            read_head(side, text.substr(0, end), seen);
            return end;
        }
    }
    const std::size_t before = held.size();
    held.append(text.substr(0, http1::max_head_octets - before));
    if (is_no_head(side, held)) {
        if (side == Side::client || !take_bare_response())
            lose(side, seen);
        return octets.size();
    }
    if (const std::size_t end = http1::find_head_end(held, before); end > 0) {
        std::string head;
        head.swap(held);
        head.resize(end);
        read_head(side, head, seen);
        return end - before;
    }
    if (held.size() == http1::max_head_octets) {
        ++seen.counters().head_bound;
        read_torn_head(side, seen);
        lose(side, seen);
    }
    return octets.size();
}

/// Whether what starts here is plainly not HTTP/1 but may stand: a tunnel's octets before the answer that opens it was
/// seen.
bool Http1Stream::leaves_http(Side side, std::string_view text) const
{
    if (side == Side::server)
        return false;
    const bool may_switch = latest_open_ && (latest_ == RequestKind::connect || latest_ == RequestKind::upgrade);
    return may_switch && http1::starts_like_request(text) == http1::Likeness::no;
}

bool Http1Stream::is_no_head(Side side, std::string_view text) const
{
    if (side == Side::client)
        return http1::starts_like_request(text) == http1::Likeness::no;
    return !http1::starts_like_response(text);
}

/// HTTP/0.9 answers without a head, up to the end of the connection (RFC 1945, 6); some servers answer HTTP/1.1 so.
bool Http1Stream::take_bare_response()
{
    Direction& server = sides_.server;
    if (response_seen_ || unmatched_ || (unanswered_.empty() && sides_.client.held.empty()))
        return false;
    server.held = {};
    server.body = Http1Body{{http1::Framing::Kind::until_close, 0}};
    server.state = State::body;
    return true;
}

void Http1Stream::read_head(Side side, std::string_view head, const Observation& seen)
{
    if (side == Side::client)
        read_request(head, seen);
    else
        read_response(head, seen);
}

void Http1Stream::read_request(std::string_view head, const Observation& seen)
{
    const auto request = http1::parse_request_head(head);
    if (!request) {
        lose(Side::client, seen);
        return;
    }
    if (request->line.method == "PRI" && request->line.version == "HTTP/2.0") {
        sides_.client.state = State::handed_over;  // the rest of the preface follows: it does not look like a request
        return;
    }
    seen.recognise(Protocol::http);
    seen.http_request(request->line.method);
    read_names(*request, seen);
    if (request->malformed_fields)
        ++seen.counters().http_malformed;
    latest_ = kind_of(*request);
    latest_open_ = true;
    if (unanswered_.size() < max_unanswered)
        unanswered_.push_back(latest_);
    else
        unmatched_ = true;
    start_body(Side::client, request->body, seen);
}

RequestKind Http1Stream::answered() const
{
    if (unmatched_)
        return latest_;
    return unanswered_.empty() ? RequestKind::other : unanswered_.front();
}

void Http1Stream::read_response(std::string_view head, const Observation& seen)
{
    const auto response = http1::parse_response_head(head, answered());
    if (!response) {
        if (!take_bare_response())
            lose(Side::server, seen);
        return;
    }
    seen.recognise(Protocol::http);
    response_seen_ = true;
    if (response->tunnel) {
        sides_.server.state = State::handed_over;
        sides_.client.state = State::handed_over;
        return;
    }
    if (response->status >= 200) {
        if (!unanswered_.empty())
            unanswered_.erase(unanswered_.begin());
        latest_open_ = !unmatched_ && !unanswered_.empty();
    }
    start_body(Side::server, response->body, seen);
}

void Http1Stream::start_body(Side side, const std::optional<http1::Framing>& framing, const Observation& seen)
{
    if (!framing) {
        lose(side, seen);
        return;
    }
    Direction& direction = sides_[side];
    direction.body = Http1Body{*framing};
    direction.state = direction.body.ended() ? State::head : State::body;
}

void Http1Stream::lose(Side side, const Observation& seen)
{
    Direction& direction = sides_[side];
    direction.held = {};
    direction.state = State::lost;
    unmatched_ = true;
    unanswered_.clear();
    ++seen.counters().http_unsynchronised;
}

void Http1Stream::resume(Side side, std::string_view text)
{
    const bool whole = side == Side::client ? http1::starts_with_request_line(text)
                                            : text.size() > 8 && http1::starts_like_response(text);
    if (whole)
        sides_[side].state = State::head;
}

/// Reads what there is of a head that will not be completed.
void Http1Stream::read_torn_head(Side side, const Observation& seen)
{
    if (side == Side::server) {
        if (http1::parse_response_head(sides_.server.held, answered()))
            seen.recognise(Protocol::http);
        return;
    }
    const auto request = http1::parse_request_head(sides_.client.held);
    if (!request)
        return;
    if (!request->line.version.empty())  // a request of HTTP/0.9 ends with its first line
        ++seen.counters().head_truncated;
    seen.recognise(Protocol::http);
    seen.http_request(request->line.method);
    read_names(*request, seen);
}

void Http1Stream::missing(Side side, std::uint64_t octets, const Observation& seen)
{
    Direction& direction = sides_[side];
    if (direction.state == State::body) {
        octets -= direction.body.skip_missing(octets);
        if (direction.body.ended())
            direction.state = State::head;
    }
    if (octets == 0 || direction.state == State::lost || direction.state == State::handed_over)
        return;
    read_torn_head(side, seen);
    lose(side, seen);
}

void Http1Stream::finish(const Observation& seen)
{
    for (const Side side : {Side::client, Side::server}) {
        Direction& direction = sides_[side];
        if (direction.state == State::head)
            read_torn_head(side, seen);
        direction.held = {};
    }
}

}  // namespace waybill
