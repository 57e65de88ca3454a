#include "capture/terminal/terminal_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "base/utf8.h"

namespace waybill {
namespace {

using Unit = ControlSequences::Unit;

constexpr std::string_view moves = "ABCDEFGHJSTade`f";  // CUU to SD, VPA, HPA and the like; ED, which clears
constexpr std::string_view moving_escapes = "DEM78c";   // IND, NEL, RI; DECSC, DECRC; RIS
constexpr std::string_view shown_sequences = "ABCDEFGHJKLMPSTXade`fm@";
constexpr std::string_view white_space = "\t\n\v\f\r";
constexpr std::size_t max_shown_octets = 1UL << 20U;
constexpr std::size_t longest_character = 4;  // of UTF-8

constexpr std::string_view attributes = "\x1b[?62c";  // a VT220 without options
constexpr std::string_view is_ready = "\x1b[0n";
constexpr std::string_view cursor_is_home = "\x1b[1;1R";

/// Spaces of any kind, in a row, as one.
std::string with_single_spaces(std::string_view text)
{
    std::string single;
    for (const char each : text) {
        const bool is_space = each == ' ' || white_space.contains(each);
        if (!is_space)
            single += each;
        else if (!single.ends_with(' '))
            single += ' ';
    }
    return single;
}

/// Where a character begins at the end of `text` that is not whole yet.
std::size_t end_of_whole_characters(std::string_view text)
{
    for (std::size_t back = 1; back < longest_character && back <= text.size(); ++back) {
        const auto octet = static_cast<unsigned char>(text[text.size() - back]);
        const std::size_t needed = octet >= 0xf0 ? 4 : octet >= 0xe0 ? 3 : octet >= 0xc0 ? 2 : 1;
        if (needed > back)
            return text.size() - back;
        if (octet < 0x80 || octet >= 0xc0)
            break;
    }
    return text.size();
}

}  // namespace

void TerminalOutput::add(std::string_view octets)
{
    sequences_.read(octets, [this](const Unit& unit) { add(unit); });
    show_text();
}

void TerminalOutput::add(const Unit& unit)
{
    switch (unit.kind) {
        case Unit::Kind::text:
            for (const char each : unit.octets)
                each == ' ' ? add_space() : keep(each);
            unshown_ += unit.octets;
            break;
        case Unit::Kind::control:
            if (white_space.contains(unit.final))
                add_space();
            if (unit.final == '\n' || unit.final == '\r' || unit.final == '\t' || unit.final == '\b')
                show({&unit.final, 1});
            break;
        case Unit::Kind::escape:
            if (moving_escapes.contains(unit.final))
                add_space();
            break;
        case Unit::Kind::sequence:
            add_sequence(unit);
            break;
    }
}

void TerminalOutput::keep(char octet)
{
    if (text_.size() == max_text_octets)
        text_.erase(0, max_text_octets / 2);
    text_ += octet;
}

void TerminalOutput::add_space()
{
    if (!text_.ends_with(' '))
        keep(' ');
}

void TerminalOutput::add_sequence(const Unit& unit)
{
    if (moves.contains(unit.final))
        add_space();
    if (unit.final == 'c' && (unit.octets.empty() || unit.octets == "0"))
        answer(attributes);
    else if (unit.final == 'n' && unit.octets == "5")
        answer(is_ready);
    else if (unit.final == 'n' && unit.octets == "6")
        answer(cursor_is_home);
    const bool is_plain = std::ranges::all_of(
        unit.octets, [](char each) { return (each >= '0' && each <= '9') || each == ';' || each == ':'; });
    if (is_plain && shown_sequences.contains(unit.final))
        show(fmt::format("\x1b[{}{}", unit.octets, unit.final));
}

void TerminalOutput::answer(std::string_view words)
{
    if (answers_.size() + words.size() <= max_answer_octets)
        answers_ += words;
}

void TerminalOutput::show(std::string_view octets)
{
    shown_ += without_hidden(std::exchange(unshown_, {}));  // what interrupts a character leaves it broken
    shown_ += octets;
    if (shown_.size() > max_shown_octets)
        shown_.clear();  // nobody looks
}

void TerminalOutput::show_text()
{
    const std::size_t whole = end_of_whole_characters(unshown_);
    shown_ += without_hidden(std::string_view{unshown_}.substr(0, whole));
    unshown_.erase(0, whole);
    if (shown_.size() > max_shown_octets)
        shown_.clear();
}

bool TerminalOutput::find(std::string_view text)
{
    const std::string wanted = with_single_spaces(text);
    const std::size_t place = text_.find(wanted);
    if (place == std::string::npos)
        return false;
    text_.erase(0, place + wanted.size());
    return true;
}

std::string TerminalOutput::take_answers()
{
    return std::exchange(answers_, {});
}

std::string TerminalOutput::take_shown()
{
    return std::exchange(shown_, {});
}

}  // namespace waybill
