#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/hex.h"
#include "base/json_pieces.h"
#include "base/json_writer.h"
#include "base/text_buffer.h"
#include "model/address.h"
#include "model/flow.h"
#include "model/flow_facts.h"

namespace waybill::event {

// What the lines of events.ndjson are made of, as pieces of a TextBuffer.

constexpr int format_version = 1;

/// An address, without quotes.
struct AddressText {
    const IpAddress& address;  ///< borrowed

    static constexpr std::size_t most_octets() { return IpAddress::max_text_characters; }
    std::size_t write(std::span<char> room) const { return address.text(room.first<most_octets()>()).size(); }
};

/// Octets in hexadecimal, without quotes.
struct HexText {
    Bytes octets;  ///< borrowed

    std::size_t most_octets() const { return 2 * octets.size(); }
    std::size_t write(std::span<char> room) const
    {
        write_hex(octets, room);
        return most_octets();
    }
};

/// A piece that is there or not.
template <TextPiece Piece>
struct Optional {
    bool present;
    Piece piece;

    std::size_t most_octets() const { return piece.most_octets(); }
    std::size_t write(std::span<char> room) const { return present ? piece.write(room) : 0; }
};

/// A number's member, with the comma behind it: `key` has its quotes and colon.
struct NumberMember {
    std::string_view key;
    std::uint64_t number;

    std::size_t most_octets() const { return key.size() + max_decimal_digits + 1; }
    std::size_t write(std::span<char> room) const
    {
        std::size_t size = key.copy(room.data(), key.size());
        size += write_decimal(number, room.subspan(size).first<max_decimal_digits>());
        room[size] = ',';
        return size + 1;
    }
};

template <typename Enumeration>
constexpr std::size_t word_count = 0;
template <>
inline constexpr std::size_t word_count<Transport> = 5;
template <>
inline constexpr std::size_t word_count<Protocol> = protocol_words.size();
template <>
inline constexpr std::size_t word_count<NameSource> = 8;
template <>
inline constexpr std::size_t word_count<HelloState> = 5;
template <>
inline constexpr std::size_t word_count<EchState> = 4;
template <>
inline constexpr std::size_t word_count<MatchQuality> = 5;

/// The words of an enumeration as JSON, by number.
template <typename Enumeration>
inline constexpr auto words = [] {
    std::array<ShortWord, word_count<Enumeration>> all;
    for (std::size_t number = 0; number < all.size(); ++number)
        all[number] = json_word(text(static_cast<Enumeration>(number)));
    return all;
}();
inline constexpr ShortWord null{json_null};
inline constexpr std::array booleans{ShortWord{"false"}, ShortWord{"true"}};

template <typename Enumeration>
const ShortWord& word(Enumeration value)
{
    return words<Enumeration>[static_cast<std::size_t>(value)];
}

inline const ShortWord& word(bool value)
{
    return booleans[value ? 1 : 0];
}

/// The first members of every line.
template <typename... Pieces>
[[gnu::always_inline]] inline void begin_line(JsonWriter& json, std::string_view type, const Pieces&... pieces)
{
    json.members(R"({"type":")", type, R"(","v":)", std::uint64_t{format_version}, ",", pieces...);
}

/// A list of texts from outside.
inline void write_texts(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts)
{
    json.begin_array(key);
    for (const std::string& text : texts)
        json.text(text);
    json.end_array();
}

}  // namespace waybill::event
