#pragma once

#include <cstdint>

#include "analyze/dissect/side.h"
#include "base/cursor.h"
#include "wire/starttls.h"

namespace waybill {

/// What a connection speaks, told by octets alone.
enum class Format : std::uint8_t { tls, http1, http2, socks, ssh, starttls };

struct Detection {
    enum class Verdict : std::uint8_t { no, undecided, yes };

    Verdict verdict = Verdict::no;
    Format format{};              ///< for yes
    starttls::Dialect dialect{};  ///< for Format::starttls
    bool sides_swapped = false;   ///< only the other side says this: client and server were taken for each other

    friend bool operator==(const Detection&, const Detection&) = default;
};

constexpr std::size_t max_undecided_octets = 8192;  ///< a request line of 8000 octets (RFC 9112, 3) is decided within

/// Tells the format by the first octets of a side. Undecided: more octets could tell; past max_undecided_octets they
/// will not.
Detection detect_first(Side side, Bytes first_octets);

/// Tells the format by a run of octets somewhere in a stream whose start was not understood or not captured: only what
/// is plain without context.
Detection detect_later(Side side, Bytes run);

}  // namespace waybill
