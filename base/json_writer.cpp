#include "base/json_writer.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "base/text.h"
#include "base/utf8.h"

namespace waybill {
namespace {

constexpr bool is_plain(char character)
{
    const auto octet = static_cast<unsigned char>(character);
    return octet >= 0x20 && octet < 0x7f && character != '"' && character != '\\';
}

constexpr std::uint64_t every = 0x0101010101010101;  // times an octet: that octet eight times

/// The top bit of some octet is set where one of the eight is not plain, and only then. A sum or a difference that
/// spills into the next octet does so from one that is not plain itself.
constexpr std::uint64_t not_plain(std::uint64_t octets)
{
    const std::uint64_t control = octets - every * ' ';
    const std::uint64_t quote = (octets ^ every * '"') - every;
    const std::uint64_t backslash = (octets ^ every * '\\') - every;
    const std::uint64_t delete_character = octets + every;
    return (octets | control | quote | backslash | delete_character) & every * 0x80;
}
static_assert(not_plain(every * ' ') == 0 && not_plain(every * '~') == 0 && not_plain(every * 'a') == 0);
static_assert(not_plain(every * 'a' - 'a' + '"') != 0 && not_plain(every * 'a' - 'a' + 0x7f) != 0);

std::uint64_t eight_octets(std::string_view text, std::size_t at)
{
    std::uint64_t octets = 0;
    std::memcpy(&octets, text.substr(at, sizeof octets).data(), sizeof octets);
    return octets;
}

inline bool is_plain(std::string_view text)
{
    constexpr std::size_t step = sizeof(std::uint64_t);
    if (text.size() < step)
        return std::ranges::all_of(text, [](char character) { return is_plain(character); });
    const std::size_t last = text.size() - step;  // where the last eight begin, some of them seen before
    std::uint64_t found = not_plain(eight_octets(text, last));
    for (std::size_t at = 0; at < last; at += step)
        found |= not_plain(eight_octets(text, at));
    return found == 0;
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

}  // namespace

void JsonWriter::end_line()
{
    close("}\n");
}

void JsonWriter::append_text(std::string_view value)
{
    if (is_plain(value))
        out_.append("\"", value, "\",");
    else
        append_escaped_text(value);
}

[[gnu::noinline]] void JsonWriter::append_escaped_text(std::string_view value)
{
    out_.append("\"", escaped(value), "\",");
}

void JsonWriter::octets(std::string_view value)
{
    if (is_plain(value)) {
        word(value);
        return;
    }
    std::string text;
    for (const char character : value) {
        const auto octet = static_cast<unsigned char>(character);
        if (octet < 0x80) {
            text += character;
            continue;
        }
        text += static_cast<char>(0xc0U | octet >> 6U);
        text += static_cast<char>(0x80U | (octet & 0x3fU));
    }
    append_text(text);
}

}  // namespace waybill
