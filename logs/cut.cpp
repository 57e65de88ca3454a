#include "logs/cut.h"

#include <algorithm>
#include <array>

namespace waybill::logs {
namespace {

constexpr std::string_view white_space = " \t\r\n";

/// A record from `start` to `end`, without the end of its last line.
Cut cut_to(std::string_view text, std::size_t start, std::size_t end, Cut::State state)
{
    const std::size_t taken = std::min(end + 1, text.size());
    if (end > start && text[end - 1] == '\r')
        --end;
    return {state, start, end - start, taken};
}

/// Its end is not there; the next search goes on where this one ended.
Cut incomplete(std::string_view text, std::size_t start, Scan& scan)
{
    scan.at = text.size();
    return {Cut::State::incomplete, start};
}

/// The rest of the line from `start` on.
Cut cut_rest(std::string_view text, std::size_t start, Cut::State state, More more, Scan& scan)
{
    const std::size_t end = text.find('\n', std::max(start, scan.at));
    if (end != std::string_view::npos)
        return cut_to(text, start, end, state);
    return more == More::may_come ? incomplete(text, start, scan) : cut_to(text, start, text.size(), state);
}

Cut cut_row(std::string_view text, char delimiter, More more, Scan& scan)
{
    Scan to = scan;
    for (; to.at < text.size(); ++to.at) {
        const char character = text[to.at];
        if (character == '"' && (to.is_text || to.is_start || to.has_closed)) {
            to.has_closed = to.is_text;
            to.is_text = !to.is_text;
        } else if (!to.is_text) {
            to.has_closed = false;
            if (character == '\n')
                return cut_to(text, 0, to.at, Cut::State::record);
        }
        to.is_start = !to.is_text && character == delimiter;
    }
    scan = to;
    return more == More::may_come || to.is_text ? Cut{Cut::State::incomplete}
                                                : cut_to(text, 0, text.size(), Cut::State::record);
}

/// A value of JSON that begins with a bracket, from `start` on. A line end in a string ends what is broken (RFC 8259,
/// 7), as does an object that begins a line inside of another, which no writer of JSON does.
Cut cut_value(std::string_view text, std::size_t start, Scan& scan)
{
    Scan to = scan;
    for (to.at = std::max(start, to.at); to.at < text.size(); ++to.at) {
        const char character = text[to.at];
        if (to.is_text) {
            if (character == '\n')
                return cut_to(text, start, to.at, Cut::State::broken);
            to.is_text = to.is_escaped || character != '"';
            to.is_escaped = !to.is_escaped && character == '\\';
        } else if (character == '"') {
            to.is_text = true;
        } else if (character == '{' && to.depth > 0 && text[to.at - 1] == '\n') {
            return cut_to(text, start, to.at - 1, Cut::State::broken);
        } else if (character == '{' || character == '[') {
            ++to.depth;
        } else if ((character == '}' || character == ']') && --to.depth == 0) {
            return {Cut::State::record, start, to.at + 1 - start, to.at + 1};
        }
    }
    scan = to;
    return {Cut::State::incomplete, start};
}

Cut cut_json(std::string_view text, Framing framing, More more, Scan& scan)
{
    const bool is_list = framing == Framing::list;
    const std::size_t start = text.find_first_not_of(is_list ? " \t\r\n," : " \t\r\n,[]");
    if (start == std::string_view::npos)
        return {Cut::State::nothing, text.size(), 0, text.size()};
    if (is_list && text[start] == ']')
        return {Cut::State::ended, start};
    if (text[start] == '{' || text[start] == '[')
        return cut_value(text, start, scan);
    return cut_rest(text, start, Cut::State::broken, more, scan);
}

/// What stands around events, and how it ends.
struct Markup {
    std::string_view begin;
    std::string_view end;
};
constexpr std::array around_events{Markup{"<?", "?>"}, Markup{"<!--", "-->"}, Markup{"<Events", ">"},
                                   Markup{"</Events", ">"}};
constexpr std::string_view event_begin = "<Event";
constexpr std::string_view event_end = "</Event>";

/// Where a text of several octets stands, of which some may have been searched already.
std::size_t find_end(std::string_view text, std::string_view end, std::size_t from, const Scan& scan)
{
    const std::size_t torn = end.size() - 1;  // octets of it that may stand where the last search ended
    return text.find(end, std::max(from, scan.at - std::min(scan.at, torn)));
}

/// What is neither an element nor around one, from `start` on: it ends with its line, or before the next `<`.
Cut cut_other(std::string_view text, std::size_t start, More more, Scan& scan)
{
    const std::size_t end = text.find_first_of("<\n", std::max(start + 1, scan.at));
    if (end != std::string_view::npos && text[end] == '<')
        return {Cut::State::broken, start, end - start, end};
    return cut_rest(text, start, Cut::State::broken, more, scan);
}

/// An element, or what stands around elements, from `start` on, where there is a `<`.
Cut cut_markup(std::string_view text, std::size_t start, More more, Scan& scan)
{
    const std::string_view rest = text.substr(start);
    for (const Markup& markup : around_events)
        if (rest.starts_with(markup.begin)) {
            const std::size_t end = find_end(text, markup.end, start + markup.begin.size(), scan);
            if (end == std::string_view::npos)
                return incomplete(text, start, scan);
            return {Cut::State::nothing, start, 0, end + markup.end.size()};
        }
    if (rest.size() <= event_end.size() && more == More::may_come)
        return {Cut::State::incomplete, start};
    const std::string_view behind = rest.substr(std::min(rest.size(), event_begin.size()));
    const bool is_event =
        rest.starts_with(event_begin) && !behind.empty() && std::string_view{" \t\r\n>/"}.contains(behind.front());
    if (!is_event)
        return cut_other(text, start, more, scan);
    const std::size_t end = find_end(text, event_end, start, scan);
    if (end == std::string_view::npos)
        return incomplete(text, start, scan);
    const std::size_t taken = end + event_end.size();
    return {Cut::State::record, start, taken - start, taken};
}

Cut cut_element(std::string_view text, More more, Scan& scan)
{
    const std::size_t start = text.find_first_not_of(white_space);
    if (start == std::string_view::npos)
        return {Cut::State::nothing, text.size(), 0, text.size()};
    return text[start] == '<' ? cut_markup(text, start, more, scan) : cut_other(text, start, more, scan);
}

}  // namespace

Cut cut_record(std::string_view text, const Frame& frame, More more, Scan& scan)
{
    switch (frame.framing) {
        case Framing::lines:
            break;
        case Framing::rows:
            return cut_row(text, frame.delimiter, more, scan);
        case Framing::objects:
        case Framing::list:
            return cut_json(text, frame.framing, more, scan);
        case Framing::elements:
            return cut_element(text, more, scan);
    }
    return cut_rest(text, 0, Cut::State::record, more, scan);
}

Cut cut_record(std::string_view text, const Frame& frame, More more)
{
    Scan scan;
    return cut_record(text, frame, more, scan);
}

}  // namespace waybill::logs
