#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "capture/terminal/control_sequences.h"

namespace waybill {

/// What a program shows on its terminal: as text in which something is looked for, with what the terminal answers.
///
/// The text is what was written, not what stands on a screen: sequences are left out, those that move the cursor and
/// line breaks are a space, and spaces in a row are one.
class TerminalOutput {
public:
    static constexpr std::size_t max_text_octets = 64UL << 10U;   ///< of what nothing was found in
    static constexpr std::size_t max_answer_octets = 4UL << 10U;  ///< that nobody took

    void add(std::string_view octets);

    /// Whether `text` stands there, its own spaces in a row taken for one; if so, it and what is before are forgotten.
    bool find(std::string_view text);

    /// What a terminal sends back for what it was asked: its attributes (ECMA-48, 8.3.24) and status (8.3.35), as one
    /// that can do little and whose cursor is at home.
    std::string take_answers();

    /// The same output for another terminal: text, colours and moves of the cursor, and nothing that asks, that sets a
    /// title or a mode, or that leaves text hidden.
    std::string take_shown();

    const std::string& text() const { return text_; }

private:
    void add(const ControlSequences::Unit& unit);
    void keep(char octet);
    void add_space();
    void add_sequence(const ControlSequences::Unit& unit);
    void answer(std::string_view words);
    void show(std::string_view octets);
    void show_text();

    ControlSequences sequences_;
    std::string text_;
    std::string answers_;
    std::string shown_;
    std::string unshown_;  // text that is not checked yet
};

}  // namespace waybill
