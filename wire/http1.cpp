#include "wire/http1.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/ascii.h"

namespace waybill::http1 {
namespace {

using enum ParseError::Kind;

constexpr std::size_t max_undecided_octets = 8000;  // RFC 9112, 3: the request line to be expected

// The IANA registry of HTTP methods, then UPnP's, and three that servers and management agents use. Sorted.
constexpr std::array<std::string_view, 47> known_methods{"ACL",
                                                         "BASELINE-CONTROL",
                                                         "BIND",
                                                         "CCM_POST",
                                                         "CHECKIN",
                                                         "CHECKOUT",
                                                         "CONNECT",
                                                         "COPY",
                                                         "DELETE",
                                                         "GET",
                                                         "HEAD",
                                                         "LABEL",
                                                         "LINK",
                                                         "LOCK",
                                                         "M-SEARCH",
                                                         "MERGE",
                                                         "MKACTIVITY",
                                                         "MKCALENDAR",
                                                         "MKCOL",
                                                         "MKREDIRECTREF",
                                                         "MKWORKSPACE",
                                                         "MOVE",
                                                         "NOTIFY",
                                                         "OPTIONS",
                                                         "ORDERPATCH",
                                                         "PATCH",
                                                         "POST",
                                                         "PRI",
                                                         "PROPFIND",
                                                         "PROPPATCH",
                                                         "PURGE",
                                                         "PUT",
                                                         "QUERY",
                                                         "REBIND",
                                                         "REPORT",
                                                         "SEARCH",
                                                         "SUBSCRIBE",
                                                         "TRACE",
                                                         "UNBIND",
                                                         "UNCHECKOUT",
                                                         "UNLINK",
                                                         "UNLOCK",
                                                         "UNSUBSCRIBE",
                                                         "UPDATE",
                                                         "UPDATEREDIRECTREF",
                                                         "VERSION-CONTROL",
                                                         "X-MS-ENUMATTS"};
static_assert(std::ranges::is_sorted(known_methods));

// RFC 9110, 5.6.2
constexpr bool is_token_character(char character)
{
    return is_digit(character) || (to_lower(character) >= 'a' && to_lower(character) <= 'z') ||
           std::string_view{"!#$%&'*+-.^_`|~"}.find(character) != std::string_view::npos;
}

bool is_token(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, is_token_character);
}

template <typename Number>
std::optional<Number> parse_decimal(std::string_view text)
{
    Number value{};
    const char* const end = std::to_address(text.end());
    const auto [stop, error] = std::from_chars(std::to_address(text.begin()), end, value);
    if (error != std::errc{} || stop != end || text.empty())
        return std::nullopt;
    return value;
}

/// Takes the next line off `rest`, without its end; nothing when no line end is left.
std::optional<std::string_view> take_line(std::string_view& rest)
{
    const auto end = rest.find('\n');
    if (end == std::string_view::npos)
        return std::nullopt;
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    return line;
}

/// Whether `word` is a protocol's name and version: RTSP/1.0, HTTP/1.1.
bool is_version(std::string_view word)
{
    const auto slash = word.find('/');
    return slash != std::string_view::npos && slash + 1 < word.size() && is_digit(word[slash + 1]) &&
           std::ranges::all_of(word.substr(0, slash), [](char c) { return c >= 'A' && c <= 'Z'; }) && slash > 0;
}

/// What the fields of any message say about its body, the connection and the next protocol.
struct MessageFields {
    std::optional<std::uint64_t> content_length;
    std::optional<std::string_view> transfer_encoding;
    std::string_view upgrade;
    std::size_t count = 0;
    bool malformed = false;
    bool contradictory = false;

    void read(std::string_view fields);

private:
    void read_content_length(std::string_view list);
};

void MessageFields::read(std::string_view fields)
{
    FieldReader reader{fields};
    while (const auto field = reader.next()) {
        ++count;
        if (field->is("content-length"))
            read_content_length(field->value);
        else if (field->is("transfer-encoding"))
            transfer_encoding = field->value;
        else if (field->is("upgrade"))
            upgrade = field->value;
    }
    malformed = reader.malformed();
}

// RFC 9112, 6.3: the same length several times is one length, two different ones are an error.
void MessageFields::read_content_length(std::string_view list)
{
    while (true) {
        const auto comma = list.find(',');
        const auto length = parse_decimal<std::uint64_t>(trim(list.substr(0, comma)));
        if (!length || (content_length && *content_length != *length))
            contradictory = true;
        content_length = length;
        if (comma == std::string_view::npos)
            return;
        list.remove_prefix(comma + 1);
    }
}

bool ends_with_chunked(std::string_view transfer_encoding)
{
    const auto comma = transfer_encoding.rfind(',');
    const auto last = comma == std::string_view::npos ? transfer_encoding : transfer_encoding.substr(comma + 1);
    return equal_ignoring_case(trim(last), "chunked");
}

/// `otherwise` is what holds without a length: none for a request, until_close for a response.
std::optional<Framing> framing(const MessageFields& fields, Framing::Kind otherwise)
{
    if (fields.transfer_encoding) {
        if (ends_with_chunked(*fields.transfer_encoding))
            return Framing{Framing::Kind::chunked, 0};
        if (otherwise == Framing::Kind::none)
            return std::nullopt;
        return Framing{otherwise, 0};
    }
    if (fields.contradictory)
        return std::nullopt;
    if (fields.content_length)
        return Framing{Framing::Kind::length, *fields.content_length};
    return Framing{otherwise, 0};
}

}  // namespace

std::optional<Authority> parse_authority(std::string_view text)
{
    if (const auto at = text.rfind('@'); at != std::string_view::npos)
        text.remove_prefix(at + 1);
    Authority authority;
    std::string_view port;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos)
            return std::nullopt;
        authority.host = text.substr(1, end - 1);
        port = text.substr(end + 1);
        if (!port.empty() && !port.starts_with(':'))
            return std::nullopt;
    } else {
        const auto colon = text.find(':');
        authority.host = text.substr(0, colon);
        port = colon == std::string_view::npos ? std::string_view{} : text.substr(colon);
    }
    const auto is_bad = [](char c) {
        return (c >= 0 && c <= ' ') || c == '\x7f' || std::string_view{"/?#[]\\"}.contains(c);
    };
    if (authority.host.empty() || std::ranges::any_of(authority.host, is_bad))
        return std::nullopt;
    if (port.size() > 1) {  // RFC 3986, 3.2.3: the port after the colon may be empty
        authority.port = parse_decimal<std::uint16_t>(port.substr(1));
        if (!authority.port)
            return std::nullopt;
    }
    return authority;
}

std::optional<Authority> authority_of_target(std::string_view target)
{
    const auto scheme_end = target.find("://");
    if (scheme_end == std::string_view::npos || target.find_first_of("/?#") < scheme_end)
        return std::nullopt;
    const auto rest = target.substr(scheme_end + 3);
    return parse_authority(rest.substr(0, rest.find_first_of("/?#")));
}

bool is_known_method(std::string_view method)
{
    return std::ranges::binary_search(known_methods, method);
}

std::expected<RequestLine, ParseError> parse_request_line(std::string_view line)
{
    RequestLine request;
    request.method = line.substr(0, line.find_first_of(" \t"));
    if (request.method.size() > max_method_octets)
        return std::unexpected(ParseError{too_long, max_method_octets});
    if (!is_token(request.method))
        return std::unexpected(ParseError{bad_value, 0});
    request.target = trim(line.substr(request.method.size()));
    // RFC 9112, 3: white space inside the target is an error that senders make, so the version is the last word.
    if (const auto last = request.target.find_last_of(" \t"); last != std::string_view::npos) {
        const auto word = request.target.substr(last + 1);
        if (word.starts_with("HTTP/")) {
            request.version = word;
            request.target = trim(request.target.substr(0, last));
        } else if (is_version(word)) {
            return std::unexpected(ParseError{unsupported, line.size() - word.size()});
        }
    }
    if (request.version.empty() && !is_known_method(request.method))
        return std::unexpected(ParseError{bad_value, request.method.size()});
    return request;
}

bool Field::is(std::string_view lower_case_name) const
{
    return equal_ignoring_case(name, lower_case_name);
}

std::optional<Field> FieldReader::next()
{
    while (const auto line = take_line(rest_)) {  // ends: each turn takes a line off
        if (line->empty()) {
            rest_ = {};
            return std::nullopt;
        }
        if (line->starts_with(' ') || line->starts_with('\t'))
            continue;
        const auto colon = line->find(':');
        const auto name = trim(line->substr(0, colon));
        if (colon != std::string_view::npos && is_token(name))
            return Field{name, trim(line->substr(colon + 1))};
        malformed_ = true;
    }
    return std::nullopt;
}

std::size_t find_head_end(std::string_view text, std::size_t from)
{
    // An empty line that began before `from` ends after it.
    from = from > 2 ? from - 2 : 0;
    for (auto end = text.find('\n', from); end != std::string_view::npos; end = text.find('\n', end + 1)) {
        const auto after = text.substr(end + 1);
        if (after.starts_with('\n'))
            return end + 2;
        if (after.starts_with("\r\n"))
            return end + 3;
    }
    return 0;
}

std::expected<RequestHead, ParseError> parse_request_head(std::string_view head)
{
    std::string_view rest = head;
    const auto line = take_line(rest);
    if (!line)
        return std::unexpected(ParseError{truncated, head.size()});
    const auto request = parse_request_line(*line);
    if (!request)
        return std::unexpected(request.error());
    MessageFields fields;
    fields.read(rest);
    const bool simple = request->method == "GET" && request->target.starts_with('/');
    if (request->version.empty() && !simple && fields.count == 0)
        return std::unexpected(ParseError{bad_value, line->size()});
    return RequestHead{*request, rest, fields.upgrade, framing(fields, Framing::Kind::none), fields.malformed};
}

RequestKind kind_of(const RequestHead& head)
{
    if (head.line.method == "HEAD")
        return RequestKind::head;
    if (head.line.method == "CONNECT")
        return RequestKind::connect;
    return head.upgrade.empty() ? RequestKind::other : RequestKind::upgrade;
}

std::expected<ResponseHead, ParseError> parse_response_head(std::string_view head, RequestKind request)
{
    std::string_view rest = head;
    const auto line = take_line(rest);
    if (!line)
        return std::unexpected(ParseError{truncated, head.size()});
    if (!line->starts_with("HTTP/"))
        return std::unexpected(ParseError{bad_value, 0});
    const auto space = line->find(' ');
    const auto code = space == std::string_view::npos ? std::string_view{} : trim(line->substr(space)).substr(0, 3);
    const auto status = parse_decimal<std::uint16_t>(code);
    if (!status || *status < 100)
        return std::unexpected(ParseError{bad_value, space == std::string_view::npos ? line->size() : space});
    ResponseHead response{*status, Framing{}, *status == 101};
    const bool success = *status >= 200 && *status < 300;
    if (request == RequestKind::connect && success) {
        response.tunnel = true;
        return response;
    }
    if (request == RequestKind::head || *status < 200 || *status == 204 || *status == 304)
        return response;
    MessageFields fields;
    fields.read(rest);
    response.body = framing(fields, Framing::Kind::until_close);
    return response;
}

bool starts_like_response(std::string_view text)
{
    constexpr std::string_view start = "HTTP/1.";
    const auto length = std::min(text.size(), start.size());
    return text.substr(0, length) == start.substr(0, length);
}

Likeness starts_like_request(std::string_view text)
{
    const auto method_end = text.find_first_of(" \t\r\n");
    const auto method = text.substr(0, method_end);
    if (method_end == 0 || method.size() > max_method_octets || !std::ranges::all_of(method, is_token_character))
        return Likeness::no;
    if (method_end == std::string_view::npos)
        return Likeness::undecided;
    const auto target = text.substr(method_end + 1);
    if (is_known_method(method) && text[method_end] == ' ' && (target.starts_with('/') || target.starts_with("http")))
        return Likeness::yes;
    std::string_view rest = text;
    const auto line = take_line(rest);
    if (!line)
        return text.size() > max_undecided_octets ? Likeness::no : Likeness::undecided;
    const auto request = parse_request_line(*line);
    if (!request)
        return Likeness::no;
    if (!request->version.empty())
        return Likeness::yes;
    const auto second = take_line(rest);
    if (!second)
        return rest.size() > max_undecided_octets ? Likeness::no : Likeness::undecided;
    const auto colon = second->find(':');
    return colon != std::string_view::npos && is_token(second->substr(0, colon)) ? Likeness::yes : Likeness::no;
}

bool starts_with_request_line(std::string_view text)
{
    const auto line = take_line(text);
    if (!line)
        return false;
    const auto request = parse_request_line(*line);
    return request && request->version.starts_with("HTTP/1.");
}

}  // namespace waybill::http1
