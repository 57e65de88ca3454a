#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace waybill {

/// Whether a code point moves the cursor, turns text around or shows as nothing: C0, DEL, C1, marks and overrides of
/// direction, line and paragraph separators, zero-width and byte order marks, tags (Unicode, general categories Cc, Cf,
/// Zl, Zp).
bool is_hidden(std::uint32_t code_point);

/// Whether a text is UTF-8 without hidden characters: a reader sees all of it.
bool hides_nothing(std::string_view text);

/// Text for a terminal: hidden characters and octets that are not UTF-8 become `\xHH` or `\u{HHHH}`, so that nothing
/// from outside can move the cursor, change colours or hide text. A text in pieces is the same as in one, where no
/// piece ends within a character.
std::string without_hidden(std::string_view text);

/// The same for a text that is printed as a whole, where a job's log may take it: the character with which a command to
/// the job would begin is escaped, too (base/log_command.h).
std::string printable(std::string_view text);

/// Appends a code point as JSON's escape, `\uHHHH`, of which one beyond U+FFFF takes two (RFC 8259, 7).
void append_json_escape(std::string& out, std::uint32_t code_point);

/// JSON text with the hidden characters of its strings escaped, DEL and what is not ASCII among them, and the second #
/// of two, which could begin a command of a job's log: the same value, safe to be shown. `json` is well-formed, so that
/// such characters stand in its strings alone.
std::string json_without_hidden(std::string_view json);

}  // namespace waybill
