#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace waybill::logs {

/// Gives a log's text in UTF-8 as its octets come: what Windows exports is often UTF-16 behind a byte order mark
/// (RFC 2781, 3.2), or UTF-8 behind one. Without a mark the octets stay as they are.
class TextDecoder {
public:
    /// Appends what the octets say to `out`. An incomplete character waits for the next ones.
    void decode(std::string_view octets, std::string& out);

    /// Appends what is left when no more octets come; half a character becomes U+FFFD.
    void finish(std::string& out);

private:
    enum class Encoding : std::uint8_t { unknown, octets, utf16_little, utf16_big };

    void find_mark();
    void decode_units(std::string& out);
    void append_unit(std::uint16_t unit, std::string& out);

    Encoding encoding_ = Encoding::unknown;
    std::string held_;             // not decoded yet: less than a mark or a unit
    std::uint16_t surrogate_ = 0;  // the first half of a pair
};

}  // namespace waybill::logs
