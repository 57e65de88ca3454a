#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "base/parse_error.h"

/// Heads of HTTP/1 messages (RFC 9112). Every view points into the text that was given to the parser.
namespace waybill::http1 {

constexpr std::size_t max_head_octets =
    std::size_t{64} * 1024;                    ///< no RFC names one; common servers refuse at 8 to 64 KiB
constexpr std::size_t max_method_octets = 32;  ///< the registry's longest has 17 (RFC 9110, 16.1)

/// The text that opens an HTTP/2 connection, a request line of no HTTP/1 request (RFC 9113, 3.4).
constexpr std::string_view http2_preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What is left of the preface behind the part that reads as a request's head.
constexpr std::string_view http2_preface_rest = http2_preface.substr(18);

/// `host[:port]` of RFC 3986, 3.2, user information left out; IPv6 without its brackets.
struct Authority {
    std::string_view host;
    std::optional<std::uint16_t> port;

    friend bool operator==(const Authority&, const Authority&) = default;
};

/// Nothing when the host is empty or holds a delimiter, white space or a control, or when the port is not one.
std::optional<Authority> parse_authority(std::string_view text);

/// The authority of an absolute-form target (RFC 9112, 3.2.2): what stands after `scheme://`. Nothing for other forms.
std::optional<Authority> authority_of_target(std::string_view target);

struct RequestLine {
    std::string_view method;
    std::string_view target;   ///< as sent; empty for a line that has a known method and no more
    std::string_view version;  ///< "HTTP/1.1"; empty when the line has none (HTTP/0.9, or a broken one)

    friend bool operator==(const RequestLine&, const RequestLine&) = default;
};

/// Reads a request line without its line end (RFC 9112, 3).
///
/// A line without a version is one only with a registered method. Errors: `bad_value` for what is no request line;
/// `too_long` for a method over its bound; `unsupported` for another protocol's version (RTSP/1.0, SIP/2.0).
std::expected<RequestLine, ParseError> parse_request_line(std::string_view line);

/// Whether `method` is in the IANA registry (RFC 9110, 16.1.1), or in wide use without being there.
bool is_known_method(std::string_view method);

/// A field line, its value without white space around it (RFC 9112, 5).
struct Field {
    std::string_view name;
    std::string_view value;

    bool is(std::string_view lower_case_name) const;
};

/// Walks the field lines of a head. Lines that are no field, continuations (RFC 9112, 5.2) among them, are passed over.
class FieldReader {
public:
    explicit FieldReader(std::string_view fields) : rest_{fields} {}
    std::optional<Field> next();                   ///< nothing at the end or at the empty line
    bool malformed() const { return malformed_; }  ///< a line so far was neither a field nor a continuation

private:
    std::string_view rest_;
    bool malformed_ = false;
};

/// How a body's end is found (RFC 9112, 6.3).
struct Framing {
    enum class Kind : std::uint8_t { none, length, chunked, until_close };

    Kind kind = Kind::none;
    std::uint64_t length = 0;  ///< octets, for Kind::length

    friend bool operator==(const Framing&, const Framing&) = default;
};

struct RequestHead {
    RequestLine line;
    std::string_view fields;        ///< the field lines, for a FieldReader
    std::string_view upgrade;       ///< the value of Upgrade (RFC 9110, 7.8), empty when there is none
    std::optional<Framing> body;    ///< nothing when the lengths contradict themselves: its end is unknown
    bool malformed_fields = false;  ///< a line among the fields is no field: the others were still read
};

/// Where the octets after a head go that `parse_..._head` may read: its length with the empty line, 0 when it has not
/// ended. The search starts at `from`, for text that grew. Lines end with CRLF or a bare LF (RFC 9112, 2.2).
std::size_t find_head_end(std::string_view text, std::size_t from = 0);

/// Reads a request's head, from its request line on; lines without an end (a torn last one) are left out.
///
/// Without a version, it takes at least one field line to be a request, or `GET /…` (HTTP/0.9).
/// Errors: those of parse_request_line; `bad_value` for such a line; `truncated` when not even the request line has
/// ended.
std::expected<RequestHead, ParseError> parse_request_head(std::string_view head);

/// What a request asks, as far as its response's framing depends on it.
enum class RequestKind : std::uint8_t { other, head, connect, upgrade };

RequestKind kind_of(const RequestHead& head);

struct ResponseHead {
    std::uint16_t status = 0;  ///< 100 to 999
    std::optional<Framing> body;
    bool tunnel = false;  ///< what follows is no HTTP/1: 2xx to CONNECT, or 101
};

/// Reads a response's head; `request` is what it answers.
///
/// Errors: `bad_value` for what is no status line; `truncated` when it has not ended.
std::expected<ResponseHead, ParseError> parse_response_head(std::string_view head, RequestKind request);

/// Whether `text` begins with a status line of HTTP/1, or could once more of it is there.
bool starts_like_response(std::string_view text);

enum class Likeness : std::uint8_t { no, undecided, yes };

/// Whether `text` begins with a request, without waiting for the whole request line where a registered method and an
/// origin-form target tell. Undecided: more octets could tell.
Likeness starts_like_request(std::string_view text);

/// Whether `text` begins with a whole request line of HTTP/1, version included: what a torn stream can be resumed at.
bool starts_with_request_line(std::string_view text);

}  // namespace waybill::http1
