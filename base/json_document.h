#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <forward_list>
#include <string>
#include <string_view>
#include <vector>

namespace waybill {

/// What is wrong in a JSON file of ours (a rule pack, a policy), where, and what to do about it.
struct FieldError {
    std::string where;  ///< a path such as `rules[3].sources`; empty for the whole file
    std::string what;   ///< what is wrong and what to do, as one sentence without its full stop

    friend bool operator==(const FieldError&, const FieldError&) = default;
};

/// JSON text (RFC 8259) as a list of its values in the order in which they stand, each followed by what is in it.
///
/// Packs are read at every start and are most of what is read there, so strings stay where they are: only one with
/// escapes is written anew.
class JsonDocument {
public:
    enum class Kind : std::uint8_t { null, boolean, number, text, array, object };

    /// A value. In an object a name, of kind `text`, stands before each value.
    struct Value {
        std::string_view text;   ///< a string without its escapes; anything else as it is written, null as nothing
        std::uint32_t next = 0;  ///< the number of the first value behind it and all that is in it
        Kind kind{};
    };

    /// Whether texts may hold control characters and text-direction overrides. Where they may, who shows a text sees
    /// to it.
    enum class Hidden : std::uint8_t { refused, kept };

    /// Parses `octets`, which are borrowed and must outlive the document and every text in it.
    ///
    /// Stricter than JSON asks: a name must not stand twice in an object, nesting stops at 16 levels, and control
    /// characters and text-direction overrides are refused wherever they are hidden, unless they are asked for.
    static std::expected<JsonDocument, FieldError> parse(std::string_view octets, Hidden hidden = Hidden::refused);

    /// Value 0 is the document.
    const std::vector<Value>& values() const { return values_; }

    /// The strings that texts with escapes are borrowed from; the document's other texts stay good without them.
    std::forward_list<std::string> take_unescaped() { return std::move(unescaped_); }

private:
    friend class JsonParser;
    JsonDocument() = default;

    std::vector<Value> values_;
    std::forward_list<std::string> unescaped_;  // its strings never move
};

}  // namespace waybill
