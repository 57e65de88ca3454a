#include "wire/hpack.h"

#include <bit>
#include <optional>
#include <utility>

#include "wire/hpack_huffman_code.h"
#include "wire/hpack_static_table.h"

namespace waybill::hpack {
namespace {

using enum ParseError::Kind;

constexpr std::size_t entry_overhead = 32;  // RFC 7541, 4.1
constexpr unsigned max_padding_bits = 7;    // RFC 7541, 5.2
constexpr std::uint64_t max_integer = 0xffffffff;

/// Walks the canonical code bit by bit: at each length the codes are consecutive numbers.
class HuffmanWalk {
public:
    /// The symbol that ends with this bit, if one does.
    std::optional<std::uint16_t> take(unsigned bit)
    {
        code_ = code_ << 1U | bit;
        first_ <<= 1U;
        ++length_;
        const std::uint32_t count = huffman_counts.at(length_);
        if (code_ - first_ < count) {
            const auto symbol = huffman_symbols.at(index_ + (code_ - first_));
            *this = {};
            return symbol;
        }
        first_ += count;
        index_ += count;
        return std::nullopt;
    }
    bool is_padding() const { return length_ <= max_padding_bits && code_ == (1U << length_) - 1; }

private:
    std::uint32_t code_ = 0;
    std::uint32_t first_ = 0;  // the first code of the present length
    std::uint32_t index_ = 0;  // its place among the symbols
    unsigned length_ = 0;
};

// RFC 7541, 5.1
std::expected<std::uint64_t, ParseError> read_integer(Cursor& in, unsigned prefix_bits)
{
    const std::uint64_t most = (1U << prefix_bits) - 1;
    std::uint64_t value = in.u8() & most;
    if (value < most)
        return value;
    for (unsigned shift = 0; !in.failed(); shift += 7) {
        const std::uint64_t octet = in.u8();
        if (in.failed())
            break;
        if (shift > 28)
            return std::unexpected(in.error(too_long));
        value += (octet & 0x7fU) << shift;
        if (value > max_integer)
            return std::unexpected(in.error(too_long));
        if ((octet & 0x80U) == 0)
            return value;
    }
    return std::unexpected(in.error(truncated));
}

unsigned peek(const Cursor& in)
{
    return in.at_end() ? 0 : std::to_integer<unsigned>(in.rest().front());
}

// RFC 7541, 5.2
std::expected<std::string, ParseError> read_string(Cursor& in)
{
    const bool huffman = (peek(in) & 0x80U) != 0;
    const auto length = read_integer(in, 7);
    if (!length)
        return std::unexpected(length.error());
    if (*length > max_string_octets)
        return std::unexpected(in.error(too_long));
    const std::size_t start = in.offset();
    const Bytes octets = in.bytes(static_cast<std::size_t>(*length));
    if (in.failed())
        return std::unexpected(in.error(truncated));
    if (!huffman)
        return std::string{as_text(octets)};
    auto text = decode_huffman(octets);
    if (!text)
        return std::unexpected(ParseError{text.error().kind, start + text.error().offset});
    return text;
}

}  // namespace

std::expected<std::string, ParseError> decode_huffman(Bytes coded)
{
    std::string text;
    HuffmanWalk walk;
    for (std::size_t i = 0; i < coded.size(); ++i) {
        const auto octet = std::to_integer<unsigned>(coded[i]);
        for (unsigned bit = 8; bit-- > 0;) {
            const auto symbol = walk.take(octet >> bit & 1U);
            if (!symbol)
                continue;
            if (*symbol == huffman_end_of_string)
                return std::unexpected(ParseError{bad_value, i});
            if (text.size() == max_string_octets)
                return std::unexpected(ParseError{too_long, i});
            text += std::bit_cast<char>(static_cast<std::uint8_t>(*symbol));
        }
    }
    if (!walk.is_padding())
        return std::unexpected(ParseError{bad_value, coded.size()});
    return text;
}

std::expected<void, ParseError> Decoder::decode(Bytes block, const Sink& sink)
{
    Cursor in{block};
    // RFC 7541, 4.2: size updates stand at the beginning of a block.
    while ((peek(in) & 0xe0U) == 0x20U) {
        if (const auto done = resize(in); !done)
            return done;
    }
    while (!in.at_end()) {
        if (const auto done = decode_field(in, sink); !done)
            return done;
    }
    return {};
}

std::expected<void, ParseError> Decoder::decode_field(Cursor& in, const Sink& sink)
{
    const unsigned first = peek(in);
    if ((first & 0x80U) != 0)
        return decode_indexed(in, sink);
    if ((first & 0x40U) != 0)
        return decode_literal(in, 6, sink);
    if ((first & 0x20U) != 0)
        return std::unexpected(in.error(bad_value));  // a size update after a field
    return decode_literal(in, 4, sink);
}

std::expected<void, ParseError> Decoder::decode_indexed(Cursor& in, const Sink& sink)
{
    const auto index = read_integer(in, 7);
    if (!index)
        return std::unexpected(index.error());
    if (*index == 0)
        return std::unexpected(in.error(bad_value));
    if (*index <= static_table.size()) {
        const StaticField& field = static_table.at(static_cast<std::size_t>(*index) - 1);
        sink(field.name, field.value);
        return {};
    }
    const std::uint64_t place = *index - static_table.size() - 1;
    if (place < table_.size()) {
        const Entry& entry = table_[static_cast<std::size_t>(place)];
        if (entry.known)
            sink(entry.name, entry.value);
        return {};
    }
    if (!incomplete_)
        return std::unexpected(in.error(bad_value));
    return {};
}

std::expected<Decoder::Name, ParseError> Decoder::name_at(std::uint64_t index, const Cursor& in) const
{
    if (index <= static_table.size())
        return Name{std::string{static_table.at(static_cast<std::size_t>(index) - 1).name}, true};
    const std::uint64_t place = index - static_table.size() - 1;
    if (place < table_.size()) {
        const Entry& entry = table_[static_cast<std::size_t>(place)];
        return Name{entry.name, entry.known};
    }
    if (!incomplete_)
        return std::unexpected(in.error(bad_value));
    return Name{{}, false};
}

std::expected<void, ParseError> Decoder::decode_literal(Cursor& in, unsigned prefix_bits, const Sink& sink)
{
    const auto index = read_integer(in, prefix_bits);
    if (!index)
        return std::unexpected(index.error());
    Entry entry;
    if (*index != 0) {
        auto name = name_at(*index, in);
        if (!name)
            return std::unexpected(name.error());
        entry.name = std::move(name->text);
        entry.known = name->known;
    } else {
        auto name = read_string(in);
        if (!name)
            return std::unexpected(name.error());
        entry.name = *std::move(name);
    }
    auto value = read_string(in);
    if (!value)
        return std::unexpected(value.error());
    entry.value = *std::move(value);
    if (entry.known)
        sink(entry.name, entry.value);
    if (prefix_bits == 6)  // RFC 7541, 6.2.1: with incremental indexing
        insert(std::move(entry));
    return {};
}

std::expected<void, ParseError> Decoder::resize(Cursor& in)
{
    const auto limit = read_integer(in, 5);
    if (!limit)
        return std::unexpected(limit.error());
    if (*limit > max_table_octets)
        return std::unexpected(in.error(bad_value));
    limit_ = static_cast<std::size_t>(*limit);
    evict(limit_);
    return {};
}

void Decoder::insert(Entry entry)
{
    const std::size_t octets = entry.name.size() + entry.value.size() + entry_overhead;
    if (octets > limit_) {  // RFC 7541, 4.4: it empties the table and is no error
        evict(0);
        return;
    }
    evict(limit_ - octets);
    octets_ += octets;
    table_.push_front(std::move(entry));
}

void Decoder::evict(std::size_t limit)
{
    while (octets_ > limit) {  // ends: an empty table has no octets
        const Entry& oldest = table_.back();
        octets_ -= oldest.name.size() + oldest.value.size() + entry_overhead;
        table_.pop_back();
    }
}

void Decoder::forget()
{
    evict(0);
    incomplete_ = true;
}

}  // namespace waybill::hpack
