#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "base/cursor.h"
#include "base/parse_error.h"

/// HPACK, the compression of HTTP/2's fields (RFC 7541), the decoding side.
namespace waybill::hpack {

constexpr std::size_t default_table_octets = 4096;                 ///< RFC 9113, 6.5.2: SETTINGS_HEADER_TABLE_SIZE
constexpr std::size_t max_table_octets = std::size_t{64} * 1024;   ///< of our memory; larger tables are refused
constexpr std::size_t max_string_octets = std::size_t{64} * 1024;  ///< one decoded name or value

/// Decodes a Huffman-coded string (RFC 7541, 5.2 and appendix B).
///
/// Errors: `bad_value` for the code of EOS, or padding that is longer than 7 bits or not all ones; `too_long` past
/// max_string_octets.
std::expected<std::string, ParseError> decode_huffman(Bytes coded);

/// Reads the header blocks of one direction of one connection, in their order, and keeps the table that they share.
class Decoder {
public:
    /// Called for each field, in the block's order. The views live for the call.
    using Sink = std::function<void(std::string_view name, std::string_view value)>;

    /// Reads one whole header block (RFC 7541, 3.1). Each loop ends as each field takes at least an octet.
    ///
    /// Fields that refer to what an unseen block said are left out, and are no error once forget() was called.
    /// Errors: `truncated`; `bad_value` for index 0, an index past the table, a late or too large size update, bad
    /// Huffman code; `too_long` for integers past 32 bits and strings past max_string_octets. After an error the
    /// table is no longer the sender's: call forget().
    std::expected<void, ParseError> decode(Bytes block, const Sink& sink);

    /// A block was not seen: what the table holds is unknown from here on.
    void forget();

    std::size_t table_octets() const { return octets_; }  ///< RFC 7541, 4.1: names, values and 32 for each entry

private:
    struct Entry {
        std::string name;
        std::string value;
        bool known = true;  ///< false when the name came from an unseen entry
    };
    struct Name {
        std::string text;
        bool known = true;
    };

    std::expected<void, ParseError> decode_field(Cursor& in, const Sink& sink);
    std::expected<void, ParseError> decode_indexed(Cursor& in, const Sink& sink);
    std::expected<void, ParseError> decode_literal(Cursor& in, unsigned prefix_bits, const Sink& sink);
    std::expected<void, ParseError> resize(Cursor& in);
    std::expected<Name, ParseError> name_at(std::uint64_t index, const Cursor& in) const;
    void insert(Entry entry);
    void evict(std::size_t limit);

    std::deque<Entry> table_;  // the newest first
    std::size_t octets_ = 0;
    std::size_t limit_ = default_table_octets;
    bool incomplete_ = false;
};

}  // namespace waybill::hpack
