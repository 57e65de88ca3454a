#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace waybill {

/// Appends one JSON value (RFC 8259) to a string, member by member, in the order in which it is called. It is for the
/// lines of events.ndjson, of which there may be millions; everything else is written by a JSON library.
///
/// Text is checked: what is not UTF-8 becomes U+FFFD, and what is_hidden() is escaped.
class JsonWriter {
public:
    /// `out` is borrowed for the writer's life and appended to.
    explicit JsonWriter(std::string& out) : out_{out} {}

    void begin_object() { open('{'); }
    void begin_object(std::string_view key) { member(key), open('{'); }
    void end_object() { close('}'); }
    void begin_array(std::string_view key) { member(key), open('['); }
    void end_array() { close(']'); }

    void text(std::string_view key, std::string_view value) { member(key), append_text(value); }
    void number(std::string_view key, std::uint64_t value) { member(key), append_number(value); }
    void boolean(std::string_view key, bool value) { member(key), out_ += value ? "true" : "false"; }
    void null(std::string_view key) { member(key), out_ += "null"; }
    void verbatim(std::string_view key, std::string_view json) { member(key), out_ += json; }  ///< already JSON

    void text(std::string_view value) { separate(), append_text(value); }  ///< an array's element
    void octets(std::string_view value);  ///< an array's element: each octet as the code point of its number
    void number(std::uint64_t value) { separate(), append_number(value); }  ///< an array's element
    void begin_array() { separate(), open('['); }                           ///< an array's element
    void begin_element() { separate(), open('{'); }                         ///< an array's element

private:
    void separate()
    {
        if (!first_)
            out_ += ',';
        first_ = false;
    }
    void member(std::string_view key)
    {
        separate();
        out_ += '"';
        out_ += key;  // our own words: nothing to escape
        out_ += "\":";
    }
    void open(char bracket)
    {
        out_ += bracket;
        first_ = true;
    }
    void close(char bracket)
    {
        out_ += bracket;
        first_ = false;
    }
    void append_text(std::string_view value);
    void append_number(std::uint64_t value);

    std::string& out_;
    bool first_ = true;
};

}  // namespace waybill
