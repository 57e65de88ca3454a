#include "logs/text_decoder.h"

#include "base/utf8.h"

namespace waybill::logs {
namespace {

constexpr std::string_view mark_utf8 = "\xef\xbb\xbf";
constexpr std::string_view mark_utf16_little = "\xff\xfe";
constexpr std::string_view mark_utf16_big = "\xfe\xff";
constexpr std::uint32_t replacement = 0xfffd;

constexpr bool is_first_half(std::uint16_t unit)  // RFC 2781, 2.1
{
    return unit >= 0xd800 && unit <= 0xdbff;
}

constexpr bool is_second_half(std::uint16_t unit)
{
    return unit >= 0xdc00 && unit <= 0xdfff;
}

/// Whether `octets` may yet become `mark`, or begins with it.
bool may_begin_with(std::string_view octets, std::string_view mark)
{
    return octets.size() < mark.size() ? mark.starts_with(octets) : octets.starts_with(mark);
}

}  // namespace

void TextDecoder::find_mark()
{
    if (held_.starts_with(mark_utf8)) {
        held_.erase(0, mark_utf8.size());
        encoding_ = Encoding::octets;
    } else if (held_.starts_with(mark_utf16_little) || held_.starts_with(mark_utf16_big)) {
        encoding_ = held_.starts_with(mark_utf16_big) ? Encoding::utf16_big : Encoding::utf16_little;
        held_.erase(0, mark_utf16_big.size());
    } else if (!may_begin_with(held_, mark_utf8) && !may_begin_with(held_, mark_utf16_little) &&
               !may_begin_with(held_, mark_utf16_big)) {
        encoding_ = Encoding::octets;
    }
}

void TextDecoder::append_unit(std::uint16_t unit, std::string& out)
{
    if (surrogate_ != 0) {
        const std::uint16_t first = surrogate_;
        surrogate_ = 0;
        if (is_second_half(unit)) {
            append_utf8(out, 0x10000U + ((first & 0x3ffU) << 10U) + (unit & 0x3ffU));
            return;
        }
        append_utf8(out, replacement);
    }
    if (is_first_half(unit))
        surrogate_ = unit;
    else
        append_utf8(out, is_second_half(unit) ? replacement : unit);
}

void TextDecoder::decode_units(std::string& out)
{
    const bool is_big = encoding_ == Encoding::utf16_big;
    std::size_t at = 0;
    for (; at + 1 < held_.size(); at += 2) {
        const auto first = static_cast<unsigned char>(held_[at]);
        const auto second = static_cast<unsigned char>(held_[at + 1]);
        append_unit(static_cast<std::uint16_t>(is_big ? first << 8 | second : second << 8 | first), out);
    }
    held_.erase(0, at);
}

void TextDecoder::decode(std::string_view octets, std::string& out)
{
    if (encoding_ == Encoding::octets) {
        out += octets;
        return;
    }
    held_ += octets;
    if (encoding_ == Encoding::unknown)
        find_mark();
    if (encoding_ == Encoding::utf16_little || encoding_ == Encoding::utf16_big) {
        decode_units(out);
    } else if (encoding_ == Encoding::octets) {
        out += held_;
        held_.clear();
    }
}

void TextDecoder::finish(std::string& out)
{
    if (encoding_ == Encoding::unknown)
        out += held_;
    else if (!held_.empty() || surrogate_ != 0)
        append_utf8(out, replacement);
    held_.clear();
    surrogate_ = 0;
}

}  // namespace waybill::logs
