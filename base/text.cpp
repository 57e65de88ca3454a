#include "base/text.h"

#include <fmt/format.h>

#include <cstddef>
#include <iterator>

#include "base/log_command.h"
#include "base/utf8.h"

namespace waybill {

bool is_hidden(std::uint32_t code_point)
{
    return code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0) || code_point == 0x00ad ||
           code_point == 0x061c || code_point == 0x180e || (code_point >= 0x200b && code_point <= 0x200f) ||
           (code_point >= 0x2028 && code_point <= 0x202e) || (code_point >= 0x2060 && code_point <= 0x206f) ||
           code_point == 0xfeff || (code_point >= 0xfff9 && code_point <= 0xfffb) ||
           (code_point >= 0xe0000 && code_point <= 0xe007f);
}

bool hides_nothing(std::string_view text)
{
    while (!text.empty()) {  // every turn takes at least one octet
        const std::size_t octets = utf8_sequence(text);
        if (octets == 0 || is_hidden(utf8_code_point(text.substr(0, octets))))
            return false;
        text.remove_prefix(octets);
    }
    return true;
}

namespace {

/// With every hidden character escaped, and each other one that `is_escaped` says where it begins.
template <typename IsEscaped>
std::string escaped(std::string_view whole, IsEscaped is_escaped)
{
    std::string out;
    out.reserve(whole.size());
    std::string_view text = whole;
    while (!text.empty()) {  // every turn takes at least one octet
        const std::size_t octets = utf8_sequence(text);
        if (octets == 0) {
            fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(text.front()));
            text.remove_prefix(1);
            continue;
        }
        const std::string_view sequence = text.substr(0, octets);
        const std::uint32_t point = utf8_code_point(sequence);
        if (!is_hidden(point) && !is_escaped(whole.size() - text.size()))
            out += sequence;
        else if (point < 0x80)
            fmt::format_to(std::back_inserter(out), "\\x{:02x}", point);
        else
            fmt::format_to(std::back_inserter(out), "\\u{{{:04x}}}", point);
        text.remove_prefix(octets);
    }
    return out;
}

}  // namespace

std::string without_hidden(std::string_view text)
{
    return escaped(text, [](std::size_t) { return false; });
}

std::string printable(std::string_view text)
{
    return escaped(text, [text](std::size_t at) { return begins_log_command(text, at); });
}

void append_json_escape(std::string& out, std::uint32_t code_point)
{
    const auto append = [&](std::uint32_t unit) { fmt::format_to(std::back_inserter(out), "\\u{:04x}", unit); };
    if (code_point < 0x10000) {
        append(code_point);
        return;
    }
    append(0xd800U + ((code_point - 0x10000U) >> 10U));  // Unicode, 3.9: UTF-16
    append(0xdc00U + ((code_point - 0x10000U) & 0x3ffU));
}

std::string json_without_hidden(std::string_view json)
{
    std::string out;
    out.reserve(json.size());
    while (!json.empty()) {  // every turn takes at least one octet
        std::size_t plain = 0;
        while (plain < json.size() && static_cast<unsigned char>(json[plain]) < 0x7f && json[plain] != '#')
            ++plain;
        out += json.substr(0, plain);
        json.remove_prefix(plain);
        if (json.empty())
            break;
        if (json.front() == '#') {
            out.ends_with('#') ? append_json_escape(out, '#') : out.push_back('#');
            json.remove_prefix(1);
            continue;
        }
        const std::size_t octets = utf8_sequence(json);
        if (octets > 0 && is_hidden(utf8_code_point(json.substr(0, octets))))
            append_json_escape(out, utf8_code_point(json.substr(0, octets)));
        else
            out += json.substr(0, octets == 0 ? 1 : octets);
        json.remove_prefix(octets == 0 ? 1 : octets);
    }
    return out;
}

}  // namespace waybill
