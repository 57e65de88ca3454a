#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cursor.h"

namespace waybill::dns {

constexpr std::size_t max_name_octets = 255;    // RFC 1035, 2.3.4, with length octets and the root's zero
constexpr std::size_t max_label_octets = 63;    // RFC 1035, 2.3.4
constexpr std::size_t max_name_pointers = 128;  // 255 octets hold at most 127 labels, so more pointers name nothing new

/// A domain name as it stands on the wire, uncompressed, every octet kept. Holds its octets itself, so that one
/// object can be read into again and again without an allocation.
class Name {
public:
    /// The labels with their length octets, ending with the root's zero; borrowed from this name.
    Bytes wire() const { return Bytes{octets_}.first(size_); }
    bool is_root() const { return size_ == 1; }

    /// The first label without its length octet; empty for the root.
    Bytes first_label() const { return wire().subspan(1, std::to_integer<std::size_t>(octets_[0])); }
    void drop_first_label();  ///< leaves the root as it is
    void to_lower_case();     ///< ASCII letters (RFC 4343)

    /// Labels joined by '.', without the trailing one; "." for the root. '.' and '\' inside a label are written \. and
    /// \\, octets outside 0x20..0x7e \DDD in decimal (RFC 1035, 5.1); a space stays.
    std::string presentation() const;

    /// Appends `presentation()` to `text`.
    void append_presentation(std::string& text) const;

    /// The name that presentation text writes; a trailing dot is allowed.
    ///
    /// Errors, with the offset in `text`: `bad_value` for an empty label or a broken escape, `too_long` past 63 octets
    /// a label or 255 a name.
    static std::expected<Name, ParseError> parse_presentation(std::string_view text);

    friend bool operator==(const Name& a, const Name& b);  ///< octet for octet; case counts
    friend std::expected<std::size_t, ParseError> read_name(Bytes message, std::size_t start, Name& into);

private:
    void clear() { size_ = 0; }
    void append(Bytes octets);
    bool append_plain_labels(std::string& text) const;

    std::array<std::byte, max_name_octets + 1> octets_{};  // the root's zero at first; the last is room for whole words
    std::size_t size_ = 1;
};

/// Reads the name at `start` in `message` into `into` and gives how many octets it takes there, pointers not followed
/// (RFC 1035, 3.1 and 4.1.4). A pointer must point before the labels that lead to it, which ends every walk.
///
/// Errors: `truncated`; `bad_value` for the reserved label types 01 and 10; `too_long` past 255 octets or 128 pointers;
/// `pointer_loop` for a pointer that does not go backwards. `into` then holds no meaningful name.
std::expected<std::size_t, ParseError> read_name(Bytes message, std::size_t start, Name& into);

/// As read_name, for a name that need not be kept: the same checks, the same errors.
std::expected<std::size_t, ParseError> skip_name(Bytes message, std::size_t start);

/// Room for the text of any name without escapes, and for a whole word behind it.
constexpr std::size_t plain_name_room = max_name_octets + 9;

/// Writes the presentation of the name at `start` in `message` into `room` and gives its length, as long as it is whole
/// there and needs no escape: 0 for the root, for a name with pointers, and for whatever read_name refuses.
std::size_t write_plain_name(Bytes message, std::size_t start, std::span<char, plain_name_room> room);

/// The same in lower case (RFC 4343).
std::size_t write_lower_name(Bytes message, std::size_t start, std::span<char, plain_name_room> room);

/// Whether the names at two offsets of `message` are equal without regard to ASCII case (RFC 1035, 2.3.3; RFC 4343).
/// Both were checked before (parse_message); of a name that was not, this may say that it equals itself.
bool same_name(Bytes message, std::size_t a, std::size_t b);

/// Whether nothing but a pointer to `target` stands at `start` (RFC 1035, 4.1.4).
bool is_pointer_to(Bytes message, std::size_t start, std::size_t target);

/// Appends octets as text: octets outside 0x20..0x7e as \DDD and '\' as \\, as in a name, but '.' stays.
void append_escaped_text(Bytes octets, std::string& text);

/// Appends the name uncompressed (RFC 1035, 3.1).
void write_name(const Name& name, std::vector<std::byte>& out);

}  // namespace waybill::dns
