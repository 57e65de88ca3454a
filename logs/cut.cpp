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

/// The rest of the line from `start` on.
Cut cut_rest(std::string_view text, std::size_t start, Cut::State state, More more)
{
    const std::size_t end = text.find('\n', start);
    if (end != std::string_view::npos)
        return cut_to(text, start, end, state);
    return more == More::may_come ? Cut{Cut::State::incomplete, start} : cut_to(text, start, text.size(), state);
}

Cut cut_row(std::string_view text, char delimiter, More more)
{
    bool is_quoted = false;
    bool has_closed = false;  // right behind a quote that ended a cell, unless another one follows
    bool is_start = true;     // of a cell
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char character = text[at];
        if (character == '"' && (is_quoted || is_start || has_closed)) {
            has_closed = is_quoted;
            is_quoted = !is_quoted;
        } else if (!is_quoted) {
            has_closed = false;
            if (character == '\n')
                return cut_to(text, 0, at, Cut::State::record);
        }
        is_start = !is_quoted && character == delimiter;
    }
    return more == More::may_come || is_quoted ? Cut{Cut::State::incomplete}
                                               : cut_to(text, 0, text.size(), Cut::State::record);
}

/// A value of JSON that begins with a bracket, from `start` on. A line end in a string ends what is broken (RFC 8259,
/// 7), as does an object that begins a line inside of another, which no writer of JSON does.
Cut cut_value(std::string_view text, std::size_t start)
{
    std::size_t depth = 0;
    bool is_text = false;
    bool is_escaped = false;
    for (std::size_t at = start; at < text.size(); ++at) {
        const char character = text[at];
        if (is_text) {
            if (character == '\n')
                return cut_to(text, start, at, Cut::State::broken);
            is_text = is_escaped || character != '"';
            is_escaped = !is_escaped && character == '\\';
        } else if (character == '"') {
            is_text = true;
        } else if (character == '{' && depth > 0 && text[at - 1] == '\n') {
            return cut_to(text, start, at - 1, Cut::State::broken);
        } else if (character == '{' || character == '[') {
            ++depth;
        } else if ((character == '}' || character == ']') && --depth == 0) {
            return {Cut::State::record, start, at + 1 - start, at + 1};
        }
    }
    return {Cut::State::incomplete, start};
}

Cut cut_json(std::string_view text, Framing framing, More more)
{
    const bool is_list = framing == Framing::list;
    const std::size_t start = text.find_first_not_of(is_list ? " \t\r\n," : " \t\r\n,[]");
    if (start == std::string_view::npos)
        return {Cut::State::nothing, text.size(), 0, text.size()};
    if (is_list && text[start] == ']')
        return {Cut::State::ended, start};
    if (text[start] == '{' || text[start] == '[')
        return cut_value(text, start);
    return cut_rest(text, start, Cut::State::broken, more);
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

/// What is neither an element nor around one, from `start` on: it ends with its line, or before the next `<`.
Cut cut_other(std::string_view text, std::size_t start, More more)
{
    const std::size_t end = text.find_first_of("<\n", start + 1);
    if (end != std::string_view::npos && text[end] == '<')
        return {Cut::State::broken, start, end - start, end};
    return cut_rest(text, start, Cut::State::broken, more);
}

/// An element, or what stands around elements, from `start` on, where there is a `<`.
Cut cut_markup(std::string_view text, std::size_t start, More more)
{
    const std::string_view rest = text.substr(start);
    for (const Markup& markup : around_events)
        if (rest.starts_with(markup.begin)) {
            const std::size_t end = rest.find(markup.end, markup.begin.size());
            if (end == std::string_view::npos)
                return {Cut::State::incomplete, start};
            return {Cut::State::nothing, start, 0, start + end + markup.end.size()};
        }
    if (rest.size() <= event_end.size() && more == More::may_come)
        return {Cut::State::incomplete, start};
    const std::string_view behind = rest.substr(std::min(rest.size(), event_begin.size()));
    const bool is_event =
        rest.starts_with(event_begin) && !behind.empty() && std::string_view{" \t\r\n>/"}.contains(behind.front());
    if (!is_event)
        return cut_other(text, start, more);
    const std::size_t end = rest.find(event_end);
    if (end == std::string_view::npos)
        return {Cut::State::incomplete, start};
    return {Cut::State::record, start, end + event_end.size(), start + end + event_end.size()};
}

Cut cut_element(std::string_view text, More more)
{
    const std::size_t start = text.find_first_not_of(white_space);
    if (start == std::string_view::npos)
        return {Cut::State::nothing, text.size(), 0, text.size()};
    return text[start] == '<' ? cut_markup(text, start, more) : cut_other(text, start, more);
}

}  // namespace

Cut cut_record(std::string_view text, const Frame& frame, More more)
{
    switch (frame.framing) {
        case Framing::lines:
            break;
        case Framing::rows:
            return cut_row(text, frame.delimiter, more);
        case Framing::objects:
        case Framing::list:
            return cut_json(text, frame.framing, more);
        case Framing::elements:
            return cut_element(text, more);
    }
    return cut_rest(text, 0, Cut::State::record, more);
}

}  // namespace waybill::logs
