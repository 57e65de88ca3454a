#include "wire/dns_name.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "base/octet_words.h"

namespace waybill::dns {
namespace {

constexpr std::uint8_t pointer_type = 0xc0;  // RFC 1035, 4.1.4: 11 a pointer, 00 a label, 01 and 10 reserved

std::uint8_t octet_at(Bytes message, std::size_t offset)
{
    return std::to_integer<std::uint8_t>(message[offset]);
}

/// Where the pointer at `at` leads; none where it is cut. RFC 1035, 4.1.4.
std::optional<std::size_t> pointer_target(Bytes message, std::size_t at)
{
    if (message.size() - at < 2)
        return std::nullopt;
    return (octet_at(message, at) & 0x3fU) << 8U | octet_at(message, at + 1);
}

/// Goes over the name at `start`, hands its labels to `on_run` in runs that stand together in the message, the root's
/// zero with the last, and gives how many octets the name takes where it starts. No more than 255 octets are handed on.
template <typename OnRun>
std::expected<std::size_t, ParseError> walk_name(Bytes message, std::size_t start, OnRun on_run)
{
    using enum ParseError::Kind;
    std::size_t run = start;
    std::size_t at = start;
    std::size_t octets = 0;
    std::size_t in_place = 0;
    std::size_t pointers = 0;
    // Each round adds to `octets`, at most 255, or follows a pointer, at most 128.
    while (at < message.size()) {
        const std::size_t first = octet_at(message, at);
        if (first >= pointer_type) {
            const auto target = pointer_target(message, at);
            if (!target)
                return std::unexpected(ParseError{truncated, at});
            if (*target >= run)
                return std::unexpected(ParseError{pointer_loop, at});
            if (pointers == max_name_pointers)
                return std::unexpected(ParseError{too_long, at});
            if (pointers++ == 0)
                in_place = at + 2 - start;
            on_run(message.subspan(run, at - run));
            run = at = *target;
            continue;
        }
        if (first > max_label_octets)
            return std::unexpected(ParseError{bad_value, at});
        if (first >= message.size() - at)
            return std::unexpected(ParseError{truncated, at});
        octets += 1 + first;
        if (octets > max_name_octets)
            return std::unexpected(ParseError{too_long, at});
        at += 1 + first;
        if (first == 0) {
            on_run(message.subspan(run, at - run));
            return pointers == 0 ? at - start : in_place;
        }
    }
    return std::unexpected(ParseError{truncated, at});
}

/// Where the label begins that stands at `at` or that pointers there lead to, each further back than the last; none
/// where there is no label.
std::optional<std::size_t> label_at(Bytes message, std::size_t at)
{
    while (at < message.size() && octet_at(message, at) >= pointer_type) {
        const auto target = pointer_target(message, at);
        if (!target || *target >= at)
            return std::nullopt;
        at = *target;
    }
    if (at >= message.size() || octet_at(message, at) > max_label_octets ||
        octet_at(message, at) >= message.size() - at)
        return std::nullopt;
    return at;
}

constexpr bool is_plain(std::byte octet)
{
    const auto value = std::to_integer<unsigned char>(octet);
    return value >= 0x20 && value <= 0x7e && value != '.' && value != '\\';
}

constexpr auto plain_octets = [] {
    std::array<bool, 256> table{};
    for (std::size_t value = 0; value < table.size(); ++value)
        table[value] = is_plain(static_cast<std::byte>(value));
    return table;
}();

void append_decimal_escape(unsigned char value, std::string& text)
{
    text += '\\';
    text += static_cast<char>('0' + value / 100);
    text += static_cast<char>('0' + value / 10 % 10);
    text += static_cast<char>('0' + value % 10);
}

void append_escaped_octet(std::byte octet, std::string& text)
{
    const auto value = std::to_integer<unsigned char>(octet);
    const bool special = value == '.' || value == '\\';
    if (!plain_octets[value] && !special) {
        append_decimal_escape(value, text);
        return;
    }
    if (special)
        text += '\\';
    text += static_cast<char>(value);
}

/// Where the root's zero stands of the name at `start`; none where the name is not whole there, in 255 octets at most.
std::optional<std::size_t> end_of_labels(Bytes message, std::size_t start)
{
    std::size_t at = start;
    while (at < message.size() && at - start < max_name_octets) {  // each round takes a label
        const std::size_t length = octet_at(message, at);
        if (length == 0)
            return at;
        if (length > max_label_octets)
            return std::nullopt;
        at += 1 + length;
    }
    return std::nullopt;
}

/// Puts a character in place of each length octet but the first of a name without pointers.
void replace_lengths(Bytes labels, char character, std::span<char> text)
{
    for (std::size_t at = std::size_t{1} + octet_at(labels, 0); at < labels.size();
         at += std::size_t{1} + octet_at(labels, at))  // each round takes a label
        text[at - 1] = character;
}

void append_escaped_labels(Bytes wire, std::string& text)
{
    for (Bytes rest = wire; rest.size() > 1;) {  // each round takes a label off
        const std::size_t length = octet_at(rest, 0);
        if (rest.size() < wire.size())
            text += '.';
        for (const std::byte octet : rest.subspan(1, length))
            append_escaped_octet(octet, text);
        rest = rest.subspan(1 + length);
    }
}

/// The octet that the escape at the start of `text` (behind its backslash) stands for, and its characters; none if
/// broken.
std::optional<std::pair<std::byte, std::size_t>> parse_escape(std::string_view text)
{
    if (text.empty())
        return std::nullopt;
    if (text.front() < '0' || text.front() > '9')
        return std::pair{static_cast<std::byte>(text.front()), std::size_t{1}};
    const std::string_view digits = text.substr(0, 3);
    std::uint8_t value = 0;
    const auto [end, problem] = std::from_chars(digits.begin(), digits.end(), value);
    if (digits.size() != 3 || problem != std::errc{} || end != digits.end())
        return std::nullopt;
    return std::pair{std::byte{value}, digits.size()};
}

/// Eight octets with their ASCII capitals made small, all at once.
constexpr std::uint64_t lower_letters(std::uint64_t word)
{
    constexpr std::uint64_t every = 0x0101010101010101;  // times an octet: that octet eight times
    const std::uint64_t low_bits = word & every * 0x7f;
    const std::uint64_t from_a = low_bits + every * (0x80 - 'A');    // the top bit says: not below 'A'
    const std::uint64_t behind_z = low_bits + every * (0x7f - 'Z');  // the top bit says: above 'Z'
    const std::uint64_t capitals = (from_a ^ behind_z) & ~word & every * 0x80;
    return word | capitals >> 2U;  // 0x80 becomes 0x20, the difference of the cases
}
static_assert(lower_letters(0x405b415ac1da617a) == 0x405b617ac1da617a);

}  // namespace

void Name::append(Bytes octets)
{
    std::memcpy(std::span{octets_}.subspan(size_, octets.size()).data(), octets.data(), octets.size());
    size_ += octets.size();
}

void Name::to_lower_case()
{
    // Length octets are at most 63 and so no letters; what stands behind the name may change with it.
    constexpr std::size_t word_octets = sizeof(std::uint64_t);
    static_assert(sizeof(octets_) % word_octets == 0);
    for (std::size_t at = 0; at < size_; at += word_octets) {
        const std::span octets = std::span{octets_}.subspan(at, word_octets);
        std::uint64_t word = 0;
        std::memcpy(&word, octets.data(), word_octets);
        word = lower_letters(word);
        std::memcpy(octets.data(), &word, word_octets);
    }
}

void Name::drop_first_label()
{
    if (is_root())
        return;
    const std::size_t dropped = 1 + std::to_integer<std::size_t>(octets_[0]);
    std::ranges::copy(wire().subspan(dropped), octets_.begin());
    size_ -= dropped;
}

std::string Name::presentation() const
{
    std::string text;
    append_presentation(text);
    return text;
}

void Name::append_presentation(std::string& text) const
{
    if (is_root())
        text += '.';
    else if (!append_plain_labels(text))
        append_escaped_labels(wire(), text);
}

bool Name::append_plain_labels(std::string& text) const
{
    std::array<char, plain_name_room> room;
    const std::size_t size = write_plain_name(wire(), 0, room);
    text.append(room.data(), size);
    return size > 0;
}

namespace {

template <typename Change>
std::size_t write_changed_name(Bytes message, std::size_t start, std::span<char, plain_name_room> room, Change change)
{
    using Word = std::uint64_t;
    constexpr Word plain_letters = eight_times('a');
    const auto end = end_of_labels(message, start);
    if (!end || *end == start)
        return 0;
    const Bytes labels = message.subspan(start, *end - start);
    const std::size_t size = labels.size() - 1;
    std::memcpy(room.data(), labels.subspan(1).data(), size);
    std::memcpy(room.subspan(size, sizeof(Word)).data(), &plain_letters, sizeof(Word));
    replace_lengths(labels, 'a', room);
    Word found = 0;
    for (std::size_t at = 0; at < size; at += sizeof(Word)) {
        Word word = 0;
        std::memcpy(&word, room.subspan(at, sizeof(Word)).data(), sizeof(Word));
        found |= find_special<'.', '\\'>(word);
        word = change(word);
        std::memcpy(room.subspan(at, sizeof(Word)).data(), &word, sizeof(Word));
    }
    if (found != 0)
        return 0;
    replace_lengths(labels, '.', room);
    return size;
}

}  // namespace

std::size_t write_plain_name(Bytes message, std::size_t start, std::span<char, plain_name_room> room)
{
    return write_changed_name(message, start, room, [](std::uint64_t word) { return word; });
}

std::size_t write_lower_name(Bytes message, std::size_t start, std::span<char, plain_name_room> room)
{
    return write_changed_name(message, start, room, lower_letters);
}

std::expected<Name, ParseError> Name::parse_presentation(std::string_view text)
{
    using enum ParseError::Kind;
    Name name;
    if (text == ".")
        return name;
    name.clear();
    std::array<std::byte, 1 + max_label_octets> label{};
    std::size_t length = 0;
    const auto end_label = [&] {
        label[0] = static_cast<std::byte>(length);
        const bool fits = name.size_ + 1 + length < max_name_octets;  // the root's zero has to follow
        if (fits)
            name.append(Bytes{label}.first(1 + length));
        length = 0;
        return fits;
    };
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '.') {
            if (length == 0)
                return std::unexpected(ParseError{bad_value, at});
            if (!end_label())
                return std::unexpected(ParseError{too_long, at});
            continue;
        }
        auto octet = static_cast<std::byte>(text[at]);
        if (text[at] == '\\') {
            const auto escape = parse_escape(text.substr(at + 1));
            if (!escape)
                return std::unexpected(ParseError{bad_value, at});
            octet = escape->first;
            at += escape->second;
        }
        if (length == max_label_octets)
            return std::unexpected(ParseError{too_long, at});
        label[++length] = octet;
    }
    if (text.empty())
        return std::unexpected(ParseError{bad_value, 0});
    if (length != 0 && !end_label())
        return std::unexpected(ParseError{too_long, text.size()});
    name.append(std::array{std::byte{0}});
    return name;
}

bool operator==(const Name& a, const Name& b)
{
    return std::ranges::equal(a.wire(), b.wire());
}

std::expected<std::size_t, ParseError> read_name(Bytes message, std::size_t start, Name& into)
{
    into.clear();
    return walk_name(message, start, [&](Bytes run) { into.append(run); });
}

std::expected<std::size_t, ParseError> skip_name(Bytes message, std::size_t start)
{
    return walk_name(message, start, [](Bytes /*run*/) {});
}

bool same_name(Bytes message, std::size_t a, std::size_t b)
{
    for (std::size_t octets = 0; octets < max_name_octets;) {  // each round adds to `octets`
        const auto ours = label_at(message, a);
        const auto theirs = label_at(message, b);
        if (!ours || !theirs)
            return false;
        if (ours == theirs)
            return true;
        const std::size_t length = octet_at(message, *ours);
        if (!equal_ignoring_case(as_text(message.subspan(*ours, 1 + length)),
                                 as_text(message.subspan(*theirs, 1 + std::size_t{octet_at(message, *theirs)}))))
            return false;
        if (length == 0)
            return true;
        octets += 1 + length;
        a = *ours + 1 + length;
        b = *theirs + 1 + length;
    }
    return false;
}

bool is_pointer_to(Bytes message, std::size_t start, std::size_t target)
{
    return start < message.size() && octet_at(message, start) >= pointer_type &&
           pointer_target(message, start) == target;
}

void append_escaped_text(Bytes octets, std::string& text)
{
    for (const std::byte octet : octets) {
        if (octet == std::byte{'.'})
            text += '.';
        else
            append_escaped_octet(octet, text);
    }
}

void write_name(const Name& name, std::vector<std::byte>& out)
{
    out.insert(out.end(), name.wire().begin(), name.wire().end());
}

}  // namespace waybill::dns
