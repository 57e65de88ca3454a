#pragma once

#include <cstddef>
#include <cstdint>

#include "base/cursor.h"

namespace waybill::contained {

/// What a client's first octets on a connection look like.
struct Opening {
    enum class Kind : std::uint8_t {
        silent,  ///< nothing was said: a protocol in which the server speaks first, or a probe
        tls,     ///< a TLS handshake record (RFC 8446, 5.1)
        http1,   ///< an HTTP/1 request (RFC 9112, 3)
        http2,   ///< an HTTP/2 client connection preface (RFC 9113, 3.4)
        other,
    };
    Kind kind = Kind::silent;
    bool complete =
        false;  ///< the hello, or the head of the first request, is whole; never so for `silent` and `other`

    friend bool operator==(const Opening&, const Opening&) = default;
};

/// Recognises what a client has sent so far on a connection.
Opening recognise(Bytes first_octets);

/// What to answer before closing, so that the client gives up in an orderly way: a fatal TLS alert, HTTP status 503, an
/// HTTP/2 GOAWAY; empty where the protocol has no such words. Lives for ever.
Bytes farewell(Opening::Kind kind);

}  // namespace waybill::contained
