#include "base/json_writer.h"

#include <array>
#include <charconv>

#include "base/text.h"
#include "base/utf8.h"

namespace waybill {
namespace {

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

bool is_plain(char character)
{
    const auto octet = static_cast<unsigned char>(character);
    return octet >= 0x20 && octet < 0x7f && character != '"' && character != '\\';
}

}  // namespace

void JsonWriter::append_text(std::string_view value)
{
    out_ += '"';
    std::size_t at = 0;
    while (at < value.size()) {  // every turn takes at least one octet
        std::size_t end = at;
        while (end < value.size() && is_plain(value[end]))
            ++end;
        out_ += value.substr(at, end - at);
        if (end == value.size())
            break;
        const std::size_t octets = utf8_sequence(value.substr(end));
        if (octets == 0)
            out_ += "\xef\xbf\xbd";  // U+FFFD in place of an octet that is not UTF-8
        else if (octets == 1)
            append_escaped(out_, static_cast<unsigned char>(value[end]));
        else if (const std::uint32_t point = utf8_code_point(value.substr(end, octets)); is_hidden(point))
            append_json_escape(out_, point);
        else
            out_ += value.substr(end, octets);
        at = end + (octets == 0 ? 1 : octets);
    }
    out_ += '"';
}

void JsonWriter::octets(std::string_view value)
{
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
    separate();
    append_text(text);
}

void JsonWriter::append_number(std::uint64_t value)
{
    std::array<char, 20> digits{};
    const auto [end, problem] = std::to_chars(digits.begin(), digits.end(), value);
    out_.append(digits.begin(), end);
}

}  // namespace waybill
