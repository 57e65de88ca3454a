#include "base/json_pieces.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "base/octet_words.h"
#include "base/text.h"
#include "base/utf8.h"

namespace waybill {
namespace {

constexpr bool is_plain(char character)
{
    const auto octet = static_cast<unsigned char>(character);
    return octet >= 0x20 && octet < 0x7f && character != '"' && character != '\\' && character != '#';
}

constexpr std::uint64_t not_plain(std::uint64_t octets)
{
    return find_special<'"', '\\', '#'>(octets);
}

template <typename Word>
Word copy_word(std::span<const char> text, std::size_t at, std::span<char> room)
{
    const auto offset = static_cast<std::ptrdiff_t>(at);
    Word word = 0;
    std::memcpy(&word, std::to_address(text.begin() + offset), sizeof word);
    std::memcpy(std::to_address(room.begin() + offset), &word, sizeof word);
    return word;
}

/// Copies fewer than eight octets and tells whether all are plain.
bool copy_few(std::span<const char> text, std::span<char> room)
{
    using Half = std::uint32_t;
    if (text.size() >= sizeof(Half)) {
        const std::uint64_t first = copy_word<Half>(text, 0, room);
        return not_plain(first << 32U | copy_word<Half>(text, text.size() - sizeof(Half), room)) == 0;
    }
    std::ranges::copy(text, room.begin());
    return std::ranges::all_of(text, [](char character) { return is_plain(character); });
}

/// Copies a text and tells whether all of it is plain. `room` is no shorter than `text`.
bool copy_plain(std::span<const char> text, std::span<char> room)
{
    using Word = std::uint64_t;
    if (text.size() < sizeof(Word))
        return copy_few(text, room);
    const std::size_t last = text.size() - sizeof(Word);  // where the last eight begin, some of them seen before
    std::uint64_t found = 0;
    for (std::size_t at = 0; at < last; at += sizeof(Word))
        found |= not_plain(copy_word<Word>(text, at, room));
    return (found | not_plain(copy_word<Word>(text, last, room))) == 0;
}

void append_escaped(std::string& out, unsigned char octet)
{
    constexpr std::string_view digits = "0123456789abcdef";
    switch (octet) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        case '#':
            if (!out.ends_with('#')) {  // two could begin a command of a job's log
                out += '#';
                return;
            }
            [[fallthrough]];
        default:
            out += "\\u00";
            out += digits[octet >> 4U];
            out += digits[octet & 0xfU];
    }
}

std::string escaped(std::string_view value)
{
    std::string out;
    std::size_t at = 0;
    while (at < value.size()) {  // every turn takes at least one octet
        std::size_t end = at;
        while (end < value.size() && is_plain(value[end]))
            ++end;
        out += value.substr(at, end - at);
        if (end == value.size())
            break;
        const std::size_t octets = utf8_sequence(value.substr(end));
        if (octets == 0)
            out += "\xef\xbf\xbd";  // U+FFFD in place of an octet that is not UTF-8
        else if (octets == 1)
            append_escaped(out, static_cast<unsigned char>(value[end]));
        else if (const std::uint32_t point = utf8_code_point(value.substr(end, octets)); is_hidden(point))
            append_json_escape(out, point);
        else
            out += value.substr(end, octets);
        at = end + (octets == 0 ? 1 : octets);
    }
    return out;
}

[[gnu::noinline]] std::size_t write_escaped(std::string_view text, std::span<char> room)
{
    return escaped(text).copy(room.data(), room.size());
}

}  // namespace

std::size_t JsonText::write(std::span<char> room) const
{
    room.front() = '"';
    const std::size_t size = copy_plain(text, room.subspan(1)) ? text.size() : write_escaped(text, room.subspan(1));
    room[1 + size] = '"';
    return size + quotes;
}

std::size_t JsonOctets::write(std::span<char> room) const
{
    if (copy_plain(octets, room.subspan(1))) {
        room.front() = room[1 + octets.size()] = '"';
        return octets.size() + JsonText::quotes;
    }
    std::string points;
    for (const char character : octets) {
        const auto octet = static_cast<unsigned char>(character);
        if (octet < 0x80) {
            points += character;
            continue;
        }
        points += static_cast<char>(0xc0U | octet >> 6U);
        points += static_cast<char>(0x80U | (octet & 0x3fU));
    }
    return JsonText{points}.write(room);
}

}  // namespace waybill
