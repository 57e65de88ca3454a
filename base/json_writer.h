#pragma once

#include <cstdint>
#include <string_view>

#include "base/json_pieces.h"
#include "base/text_buffer.h"

namespace waybill {

/// Appends lines that are a JSON object each (RFC 8259), member by member, in the order in which it is called. It is
/// for events.ndjson and annotations of logs, of which there may be millions of lines; everything else is written by a
/// JSON library.
///
/// Text is checked: what is not UTF-8 becomes U+FFFD, and what is_hidden() is escaped. Keys and words are our own and
/// need no check. A key is best a literal where it is passed, for then it is a few moves.
class JsonWriter {
public:
    /// `out` is borrowed for the writer's life and appended to.
    explicit JsonWriter(TextBuffer& out) : out_{out} {}

    void begin_line() { out_.append("{"); }
    [[gnu::always_inline]] void end_line() { close("}\n"); }  ///< the object's end and a line feed

    // Members of an object.
    [[gnu::always_inline]] void text(std::string_view key, std::string_view value)
    {
        out_.append("\"", key, "\":", JsonText{value}, ",");
    }
    [[gnu::always_inline]] void word(std::string_view key, std::string_view value)
    {
        out_.append("\"", key, "\":\"", value, "\",");
    }
    [[gnu::always_inline]] void number(std::string_view key, std::uint64_t value)
    {
        out_.append("\"", key, "\":", value, ",");
    }
    [[gnu::always_inline]] void boolean(std::string_view key, bool value)
    {
        value ? out_.append("\"", key, "\":true,") : out_.append("\"", key, "\":false,");
    }
    [[gnu::always_inline]] void null(std::string_view key) { out_.append("\"", key, "\":null,"); }
    [[gnu::always_inline]] void begin_object(std::string_view key) { out_.append("\"", key, "\":{"); }
    [[gnu::always_inline]] void begin_array(std::string_view key) { out_.append("\"", key, "\":["); }

    /// Members that are written out, brackets and the comma behind them too: texts as they are, numbers in decimal, and
    /// pieces.
    template <typename... Pieces>
    [[gnu::always_inline]] void members(const Pieces&... pieces)
    {
        out_.append(pieces...);
    }

    // Elements of an array.
    void text(std::string_view value) { out_.append(JsonText{value}, ","); }
    void octets(std::string_view value) { out_.append(JsonOctets{value}, ","); }
    void word(std::string_view value) { out_.append("\"", value, "\","); }
    void number(std::uint64_t value) { out_.append(value, ","); }
    void begin_object() { out_.append("{"); }
    void begin_array() { out_.append("["); }

    [[gnu::always_inline]] void end_object() { close("},"); }
    /// Ends an array, with whatever members come behind it.
    template <typename... Pieces>
    [[gnu::always_inline]] void end_array(const Pieces&... members)
    {
        close("],", members...);
    }

private:
    /// Every value has a comma behind it, which gives way to the bracket that ends the list.
    template <typename... Pieces>
    [[gnu::always_inline]] void close(std::string_view bracket, const Pieces&... behind)
    {
        if (out_.back() == ',')
            out_.pop_back();
        out_.append(bracket, behind...);
    }

    TextBuffer& out_;
};

}  // namespace waybill
