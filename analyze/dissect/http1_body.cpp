#include "analyze/dissect/http1_body.h"

#include <algorithm>
#include <limits>

#include "base/ascii.h"

namespace waybill {
namespace {

int hex_value(char digit)
{
    if (is_digit(digit))
        return digit - '0';
    const char lower = to_lower(digit);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

Http1Body::Http1Body(http1::Framing framing) : left_{framing.length}
{
    switch (framing.kind) {
        case http1::Framing::Kind::none:
            state_ = State::ended;
            break;
        case http1::Framing::Kind::length:
            state_ = left_ == 0 ? State::ended : State::counted;
            break;
        case http1::Framing::Kind::chunked:
            state_ = State::size;
            break;
        case http1::Framing::Kind::until_close:
            state_ = State::until_close;
            break;
    }
}

std::size_t Http1Body::skip(Bytes octets)
{
    std::size_t taken = 0;
    while (taken < octets.size() && !ended() && !broken()) {  // each turn takes at least one octet
        const std::uint64_t inside = skip_missing(octets.size() - taken);
        taken += static_cast<std::size_t>(inside);
        if (inside == 0)
            take(as_text(octets.subspan(taken++, 1)).front());
    }
    return taken;
}

std::uint64_t Http1Body::skip_missing(std::uint64_t octets)
{
    if (state_ == State::until_close)
        return octets;
    if (state_ != State::counted && state_ != State::chunk)
        return 0;
    const std::uint64_t inside = std::min(octets, left_);
    left_ -= inside;
    if (left_ == 0)
        state_ = state_ == State::counted ? State::ended : State::chunk_end;
    return inside;
}

void Http1Body::take(char octet)
{
    ++line_;
    const bool is_no_line_end = state_ == State::chunk_end && octet != '\n' && (octet != '\r' || line_ > 1);
    if (line_ > max_chunk_line_octets || is_no_line_end)
        state_ = State::broken;
    else if (state_ == State::size)
        take_size(octet);
    else if (octet == '\n')
        end_line();
    else if (state_ == State::trailer && octet != '\r')
        state_ = State::trailer_line;
    if (octet == '\n')
        line_ = 0;
}

void Http1Body::end_line()
{
    if (state_ == State::extension)
        state_ = left_ == 0 ? State::trailer : State::chunk;
    else if (state_ == State::chunk_end)
        state_ = State::size;
    else
        state_ = state_ == State::trailer ? State::ended : State::trailer;  // the trailer ends with an empty line
}

void Http1Body::take_size(char octet)
{
    const int digit = hex_value(octet);
    if (line_ == 1)
        left_ = 0;
    if (digit >= 0) {
        if (left_ > std::numeric_limits<std::uint64_t>::max() >> 4U)
            state_ = State::broken;
        left_ = left_ << 4U | static_cast<std::uint64_t>(digit);
        return;
    }
    const bool is_end = octet == '\n';
    const bool is_extension = octet == ';' || octet == '\r' || octet == ' ' || octet == '\t';
    if (line_ == 1 || !(is_end || is_extension))
        state_ = State::broken;  // a line without a size, or with something else behind it
    else if (is_end)
        state_ = left_ == 0 ? State::trailer : State::chunk;
    else
        state_ = State::extension;
}

}  // namespace waybill
