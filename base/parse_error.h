#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace waybill {

/// Why octets from outside could not be read as what they should be, and where.
///
/// `offset` counts octets from the start of the message that was given to the parser.
struct ParseError {
    enum class Kind : std::uint8_t {
        truncated,     ///< the message ends before the structure does
        bad_value,     ///< a field holds a value that its specification forbids
        too_long,      ///< a length is over the bound that the specification or a named constant sets
        pointer_loop,  ///< a DNS compression pointer that does not go backwards
        unsupported,   ///< well-formed as far as read, but of a version or kind that is not read here
    };

    Kind kind{};
    std::size_t offset{};

    friend bool operator==(const ParseError&, const ParseError&) = default;
};

/// The kind's name as it is written in reports and messages.
constexpr std::string_view text(ParseError::Kind kind)
{
    switch (kind) {
        using enum ParseError::Kind;
        case truncated:
            return "truncated";
        case bad_value:
            return "bad value";
        case too_long:
            return "too long";
        case pointer_loop:
            return "pointer loop";
        case unsupported:
            return "unsupported";
    }
    return "unknown";
}

}  // namespace waybill
