#pragma once

#include <cstddef>
#include <cstdint>

#include "base/cursor.h"
#include "wire/http1.h"

namespace waybill {

/// Passes over the body of one HTTP/1 message, cut anywhere, and finds its end (RFC 9112, 6 and 7.1).
class Http1Body {
public:
    static constexpr std::size_t max_chunk_line_octets =
        4096;  ///< a chunk's size and extensions; RFC 9112, 7.1.1 asks for a bound

    Http1Body() = default;  ///< of no octets
    explicit Http1Body(http1::Framing framing);

    /// Takes octets of the body; gives how many: all of them unless it ended or broke.
    std::size_t skip(Bytes octets);

    /// How many of `octets` that were not captured are surely inside the body.
    std::uint64_t skip_missing(std::uint64_t octets);

    bool ended() const { return state_ == State::ended; }
    bool broken() const { return state_ == State::broken; }  ///< the chunks are not as RFC 9112, 7.1 writes them

private:
    enum class State : std::uint8_t {
        ended,
        counted,
        until_close,
        size,
        extension,
        chunk,
        chunk_end,
        trailer,
        trailer_line,
        broken,
    };

    void take(char octet);
    void end_line();
    void take_size(char octet);

    std::uint64_t left_ = 0;  // octets of the body or the chunk still to come
    std::uint32_t line_ = 0;  // octets of the current line so far
    State state_ = State::ended;
};

}  // namespace waybill
