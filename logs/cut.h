#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace waybill::logs {

/// What a log's records are.
enum class Framing : std::uint8_t {
    lines,
    rows,      ///< of CSV (RFC 4180): a quoted cell can hold line ends
    objects,   ///< of JSON, one behind the other or in one list
    list,      ///< values of JSON in a list whose beginning has been taken
    elements,  ///< `<Event …>` of XML, one behind the other or in `<Events>`
};

struct Frame {
    Framing framing = Framing::lines;
    char delimiter = ',';  ///< of rows
};

/// Whether text goes on behind what is there.
enum class More : std::uint8_t { may_come, none };

/// Where the next record stands.
struct Cut {
    enum class State : std::uint8_t {
        record,
        broken,      ///< it is none and cannot become one, whatever comes: told, and passed over
        nothing,     ///< only what separates records
        incomplete,  ///< its end is not there; nothing is taken
        ended,       ///< there are no more records, whatever comes
    };

    State state{};
    std::size_t start = 0;  ///< of its text
    std::size_t size = 0;   ///< of its text
    std::size_t taken = 0;  ///< octets that are done with then
};

/// How far a record whose end is not there has been searched, and what stands open there.
struct Scan {
    std::size_t at = 0;       ///< octets that are searched already
    std::size_t depth = 0;    ///< of a value of JSON
    bool is_text = false;     ///< in quotes
    bool is_escaped = false;  ///< behind a backslash in a text of JSON
    bool has_closed = false;  ///< of a row: right behind a quote that ended a cell, unless another one follows
    bool is_start = true;     ///< of a cell
};

/// The first record of a text that is not empty. Every state but `incomplete` and `ended` takes at least one octet.
/// Where it is incomplete and begins the text, `scan` is what to go on from when more stands behind the same octets: no
/// octet is searched again then. A new one begins.
Cut cut_record(std::string_view text, const Frame& frame, More more, Scan& scan);
Cut cut_record(std::string_view text, const Frame& frame, More more);

}  // namespace waybill::logs
