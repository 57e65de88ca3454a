#include "capture/terminal/control_sequences.h"

#include <algorithm>

namespace waybill {
namespace {

constexpr char bell = '\x07';
constexpr char cancel = '\x18';
constexpr char substitute = '\x1a';
constexpr char escape_octet = '\x1b';
constexpr char del = '\x7f';
constexpr std::string_view string_openings = "]PX^_";  // OSC, DCS, SOS, PM, APC (ECMA-48, 8.3)

constexpr bool is_control(char octet)
{
    return (octet >= 0 && octet < ' ') || octet == del;
}

}  // namespace

void ControlSequences::read(std::string_view octets, const See& see)
{
    while (!octets.empty()) {  // every turn takes an octet at least
        if (state_ == State::ground && !is_control(octets.front())) {
            const auto end = std::ranges::find_if(octets, is_control);
            const auto count = static_cast<std::size_t>(end - octets.begin());
            see({Unit::Kind::text, octets.substr(0, count), 0});
            octets.remove_prefix(count);
            continue;
        }
        const char octet = octets.front();
        octets.remove_prefix(1);
        if (octet == cancel || octet == substitute)  // ends whatever was begun
            state_ = State::ground;
        else if (state_ == State::string || state_ == State::string_escape)
            read_string(octet);
        else if (is_control(octet))
            read_control(octet, see);
        else if (state_ == State::parameters)
            read_parameters(octet, see);
        else
            read_escape(octet, see);
    }
}

/// Those that stand within a sequence have their effect all the same.
void ControlSequences::read_control(char octet, const See& see)
{
    if (octet == escape_octet)
        state_ = State::escape;
    else
        see({Unit::Kind::control, {}, octet});
}

void ControlSequences::read_escape(char octet, const See& see)
{
    if (octet >= ' ' && octet <= '/') {
        state_ = State::intermediate;
        return;
    }
    if (state_ == State::intermediate) {  // of character sets and the like
        state_ = State::ground;
    } else if (octet == '[') {
        state_ = State::parameters;
        parameters_.clear();
        is_too_long_ = false;
    } else if (string_openings.contains(octet)) {
        state_ = State::string;
    } else {
        state_ = State::ground;
        see({Unit::Kind::escape, {}, octet});
    }
}

void ControlSequences::read_parameters(char octet, const See& see)
{
    if (octet >= '@' && octet <= '~') {
        state_ = State::ground;
        if (!is_too_long_)
            see({Unit::Kind::sequence, parameters_, octet});
    } else if (octet < ' ' || octet > '?') {  // an octet of UTF-8: no sequence
        state_ = State::ground;
    } else if (parameters_.size() == max_parameters) {
        is_too_long_ = true;
    } else {
        parameters_ += octet;
    }
}

void ControlSequences::read_string(char octet)
{
    if (octet == escape_octet)
        state_ = State::string_escape;
    else if (octet == bell)  // as xterm has it for OSC
        state_ = State::ground;
    else if (state_ == State::string_escape)
        state_ = octet == '[' ? State::parameters : State::ground;
    if (state_ == State::parameters) {
        parameters_.clear();
        is_too_long_ = false;
    }
}

}  // namespace waybill
