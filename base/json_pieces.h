#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <span>
#include <string_view>

#include "base/decimal.h"

namespace waybill {

// Values of JSON (RFC 8259) as pieces of a TextBuffer.

constexpr std::string_view json_null = "null";

/// Text as a JSON string: what is not UTF-8 becomes U+FFFD, and what is_hidden() is escaped.
struct JsonText {
    static constexpr std::size_t quotes = 2;
    static constexpr std::size_t longest_escape = 6;  ///< \u001f for an octet

    std::string_view text;  ///< borrowed

    std::size_t most_octets() const { return quotes + text.size() * longest_escape; }
    std::size_t write(std::span<char> room) const;
};

/// Octets as a JSON string: each as the code point of its number.
struct JsonOctets {
    std::string_view octets;  ///< borrowed

    std::size_t most_octets() const { return JsonText{octets}.most_octets(); }
    std::size_t write(std::span<char> room) const;
};

/// Text as JsonText has it; null in place of an empty text.
struct JsonTextOrNull {
    std::string_view text;  ///< borrowed

    std::size_t most_octets() const { return json_null.size() + JsonText{text}.most_octets(); }
    std::size_t write(std::span<char> room) const
    {
        return text.empty() ? json_null.copy(room.data(), room.size()) : JsonText{text}.write(room);
    }
};

/// A short word of ours, copied at one go whatever its length.
class ShortWord {
public:
    static constexpr std::size_t most_characters = 24;

    constexpr ShortWord() = default;
    /// A word of `most_characters` at most.
    constexpr explicit ShortWord(std::string_view word) : size_{word.copy(characters_.data(), most_characters)} {}

    static constexpr std::size_t most_octets() { return most_characters; }
    std::size_t write(std::span<char> room) const
    {
        std::memcpy(room.data(), characters_.data(), most_characters);
        return size_;
    }

private:
    friend constexpr ShortWord json_word(std::string_view word);

    std::array<char, most_characters> characters_{};
    std::size_t size_ = 0;
};

/// A word as a JSON string, with its quotes no longer than a ShortWord; null in place of an empty one.
constexpr ShortWord json_word(std::string_view word)
{
    if (word.empty())
        return ShortWord{json_null};
    ShortWord quoted;
    const auto end = std::ranges::copy(word, std::next(quoted.characters_.begin())).out;
    quoted.characters_.front() = *end = '"';
    quoted.size_ = word.size() + JsonText::quotes;
    return quoted;
}

/// A number; null in place of 0.
struct JsonNumberOrNull {
    std::uint64_t number;

    static constexpr std::size_t most_octets() { return max_decimal_digits; }
    std::size_t write(std::span<char> room) const
    {
        return number == 0 ? json_null.copy(room.data(), room.size())
                           : write_decimal(number, room.first<max_decimal_digits>());
    }
};

}  // namespace waybill
