#include "base/json_document.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "base/text.h"
#include "base/utf8.h"

namespace waybill {
namespace {

constexpr std::size_t max_depth = 16;                    // a pack needs 6
constexpr std::size_t max_octets = 0xffff'ffffU;         // values are counted in 32 bits
constexpr std::size_t few_names = 16;                    // of an object: compared one by one
constexpr std::size_t octets_of_a_value = 16;            // about as many as our packs have
constexpr std::uint64_t every = 0x0101'0101'0101'0101U;  // times an octet: that octet in all eight places
constexpr std::uint64_t high_bits = every * 0x80U;

/// The high bit of the lowest octet of `word` that is zero, and perhaps of some above it.
constexpr std::uint64_t zero_octets(std::uint64_t word)
{
    return (word - every) & ~word & high_bits;
}

/// Whether a string goes on over this octet as it is: visible ASCII but for the quote and the backslash.
constexpr bool is_plain(char character)
{
    return character >= ' ' && character < 0x7f && character != '"' && character != '\\';
}

/// Where the plain octets from `at` on end.
std::size_t end_of_plain(std::string_view text, std::size_t at)
{
    if constexpr (std::endian::native == std::endian::little) {
        for (; text.size() - at >= sizeof(std::uint64_t); at += sizeof(std::uint64_t)) {
            std::uint64_t word = 0;
            std::memcpy(&word, text.substr(at).data(), sizeof word);
            const std::uint64_t controls = (word - every * ' ') & ~word & high_bits;
            const std::uint64_t others = controls | (word & high_bits) | zero_octets(word ^ (every * '"')) |
                                         zero_octets(word ^ (every * '\\')) | zero_octets(word ^ (every * 0x7fU));
            if (others != 0)
                return at + static_cast<std::size_t>(std::countr_zero(others)) / 8;
        }
    }
    while (at < text.size() && is_plain(text[at]))
        ++at;
    return at;
}

}  // namespace

/// Goes through the text once. What it meets first that is wrong sticks.
class JsonParser {
public:
    JsonParser(std::string_view octets, JsonDocument::Hidden hidden) : text_{octets}, hidden_{hidden}
    {
        document_.values_.reserve(octets.size() / octets_of_a_value);
    }

    std::expected<JsonDocument, FieldError> run()
    {
        if (text_.size() > max_octets)
            return std::unexpected(FieldError{{}, "it is larger than 4 GB"});
        if (text_.starts_with("\xef\xbb\xbf"))  // RFC 8259, 8.1: a byte order mark may be ignored
            at_ = 3;
        bool expects_name = false;
        bool goes_on = true;
        while (goes_on && !error_) {  // every turn takes a value or a name, or fails
            skip_space();
            if (expects_name) {
                read_name();
                expects_name = false;
                continue;
            }
            const bool opened = read_value();
            goes_on = (opened && !at_closing()) || read_separators();
            expects_name = goes_on && in_object();
        }
        if (!error_ && at_ < text_.size())
            fail("something stands behind its end");
        if (error_)
            return std::unexpected(*std::move(error_));
        return std::move(document_);
    }

private:
    char front() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    bool take(std::string_view word)
    {
        if (!text_.substr(at_).starts_with(word))
            return false;
        at_ += word.size();
        return true;
    }

    void skip_space()
    {
        while (at_ < text_.size() &&
               (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
            ++at_;
    }

    /// Not JSON at the place that was reached.
    void fail(std::string_view what)
    {
        const std::string_view before = text_.substr(0, at_);
        const auto line = std::ranges::count(before, '\n') + 1;
        const std::size_t column = at_ - (before.rfind('\n') + 1) + 1;
        refuse(fmt::format("it is not JSON: line {}, column {}: {}", line, column, what));
    }

    void refuse(std::string what)
    {
        if (!error_)
            error_ = FieldError{{}, std::move(what)};
    }

    bool in_object() const
    {
        return depth_ > 0 && document_.values_[open_.at(depth_ - 1)].kind == JsonDocument::Kind::object;
    }

    void add(JsonDocument::Kind kind, std::string_view text)
    {
        auto& values = document_.values_;
        values.push_back({text, static_cast<std::uint32_t>(values.size()) + 1, kind});
    }

    /// Whether the object or array that was just opened ends at once.
    bool at_closing()
    {
        skip_space();
        return front() == (in_object() ? '}' : ']');
    }

    /// A value, or the beginning of one that holds others: then true.
    bool read_value()
    {
        using enum JsonDocument::Kind;
        switch (front()) {
            case '{':
                return open(object);
            case '[':
                return open(array);
            case '"':
                add(text, read_string());
                return false;
            case 't':
            case 'f':
                add(boolean, front() == 't' ? "true" : "false");
                if (!take("true") && !take("false"))
                    fail("write true, false, null, a number, or text in quotes");
                return false;
            case 'n':
                add(null, {});
                if (!take("null"))
                    fail("write true, false, null, a number, or text in quotes");
                return false;
            default:
                add(number, read_number());
                return false;
        }
    }

    bool open(JsonDocument::Kind kind)
    {
        if (depth_ == max_depth) {
            refuse(fmt::format("it nests deeper than {} levels", max_depth));
            return false;
        }
        open_.at(depth_++) = static_cast<std::uint32_t>(document_.values_.size());
        add(kind, text_.substr(at_));  // shortened when its end is seen
        ++at_;
        return true;
    }

    void close()
    {
        const std::uint32_t closed = open_.at(--depth_);
        auto& value = document_.values_[closed];
        value.next = static_cast<std::uint32_t>(document_.values_.size());
        value.text.remove_suffix(text_.size() - at_ - 1);
        if (value.kind == JsonDocument::Kind::object)
            check_names(closed);
        ++at_;
    }

    /// Goes behind a value to the next one, through the ends of what it was the last of. Whether there is a next one.
    bool read_separators()
    {
        while (depth_ > 0 && !error_) {  // every turn takes an octet or ends
            skip_space();
            if (front() == (in_object() ? '}' : ']')) {
                close();
                continue;
            }
            if (front() == ',') {
                ++at_;
                return true;
            }
            fail(in_object() ? "a comma or } is missing" : "a comma or ] is missing");
        }
        skip_space();
        return false;
    }

    void read_name()
    {
        if (front() != '"')
            return fail("write a name in quotes");
        add(JsonDocument::Kind::text, read_string());
        skip_space();
        if (error_ || take(":"))
            return;
        fail("a colon is missing behind the name");
    }

    std::string_view read_number()
    {
        const std::size_t start = at_;
        take("-");
        if (!take("0"))
            read_digits();
        if (take("."))
            read_digits();
        if (front() == 'e' || front() == 'E') {
            ++at_;
            if (front() == '+' || front() == '-')
                ++at_;
            read_digits();
        }
        return text_.substr(start, at_ - start);
    }

    void read_digits()
    {
        if (!is_digit(front()))
            fail("a value is missing or is none; write true, false, null, a number, or text in quotes");
        while (is_digit(front()))
            ++at_;
    }

    /// A string that begins here, without its escapes.
    std::string_view read_string()
    {
        const std::size_t start = ++at_;
        at_ = end_of_plain(text_, at_);
        if (front() != '"')
            return read_rest_of_string(start);
        return text_.substr(start, at_++ - start);
    }

    /// The string that begins at `start` and is plain up to here.
    std::string_view read_rest_of_string(std::size_t start)
    {
        std::optional<std::string> unescaped;
        bool hides = false;
        std::size_t copied = start;
        while (true) {  // every turn takes an octet, or ends
            at_ = end_of_plain(text_, at_);
            if (error_ || front() == '"')
                break;
            if (front() == '\\') {
                if (!unescaped)
                    unescaped.emplace();
                *unescaped += text_.substr(copied, at_ - copied);
                hides |= is_hidden(read_escape(*unescaped));
                copied = at_;
            } else {
                hides |= is_hidden(read_character());
            }
        }
        if (error_)
            return {};
        std::string_view text = text_.substr(start, at_ - start);
        if (unescaped) {
            *unescaped += text_.substr(copied, at_ - copied);
            text = document_.unescaped_.emplace_front(*std::move(unescaped));
        }
        ++at_;
        if (hides && hidden_ == JsonDocument::Hidden::refused)
            refuse(fmt::format("the text \"{}\" hides a control character; take it out", printable(text)));
        return text;
    }

    /// A character that is not plain and no escape: DEL, or one beyond ASCII.
    std::uint32_t read_character()
    {
        if (at_ == text_.size())
            fail("a string does not end; close it with a quote");
        else if (static_cast<unsigned char>(front()) < ' ')
            fail("a string holds a control character, a line break perhaps; take it out or write \\n");
        const std::size_t octets = utf8_sequence(text_.substr(at_));
        if (octets == 0)
            fail("the octets are not UTF-8");
        if (error_)
            return ' ';
        const std::uint32_t point = utf8_code_point(text_.substr(at_, octets));
        at_ += octets;
        return point;
    }

    /// Appends what the escape here stands for, and gives it.
    std::uint32_t read_escape(std::string& out)
    {
        constexpr std::string_view written = "\"\\/bfnrt";
        constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
        ++at_;
        if (const std::size_t place = written.find(front()); place != std::string_view::npos) {
            ++at_;
            out += meant[place];
            return static_cast<unsigned char>(meant[place]);
        }
        std::optional<std::uint32_t> point = take("u") ? read_hexadecimal() : std::nullopt;
        if (point && *point >= 0xd800 && *point < 0xdc00) {  // Unicode, 3.9: UTF-16
            const auto low = take("\\u") ? read_hexadecimal() : std::nullopt;
            point = low && *low >= 0xdc00 && *low < 0xe000
                        ? std::optional{0x10000U + ((*point - 0xd800U) << 10U) + (*low - 0xdc00U)}
                        : std::nullopt;
        }
        if (!point || (*point >= 0xdc00 && *point < 0xe000)) {
            fail(R"(an escape is none; write \n, \", \\ or \u and four hexadecimal digits)");
            return ' ';
        }
        append_utf8(out, *point);
        return *point;
    }

    std::optional<std::uint32_t> read_hexadecimal()
    {
        constexpr std::string_view digits = "0123456789abcdef";
        std::uint32_t value = 0;
        for (int i = 0; i < 4; ++i, ++at_) {
            const std::size_t digit = at_ < text_.size() ? digits.find(to_lower(text_[at_])) : std::string_view::npos;
            if (digit == std::string_view::npos)
                return std::nullopt;
            value = value << 4U | static_cast<std::uint32_t>(digit);
        }
        return value;
    }

    /// Refuses an object in which a name stands twice.
    void check_names(std::uint32_t object)
    {
        const auto& values = document_.values_;
        names_.clear();
        for (std::uint32_t name = object + 1; name < values[object].next; name = values[name + 1].next) {
            if (names_.size() < few_names && std::ranges::find(names_, values[name].text) != names_.end())
                return refuse_repeated(values[name].text);
            names_.push_back(values[name].text);
        }
        if (names_.size() <= few_names)
            return;
        std::ranges::sort(names_);
        if (const auto repeated = std::ranges::adjacent_find(names_); repeated != names_.end())
            refuse_repeated(*repeated);
    }

    void refuse_repeated(std::string_view name)
    {
        refuse(fmt::format("the field \"{}\" stands twice in one object; keep one of them", printable(name)));
    }

    std::string_view text_;
    JsonDocument::Hidden hidden_;
    std::size_t at_ = 0;
    std::array<std::uint32_t, max_depth> open_{};  // the objects and arrays that are open, from the outermost
    std::size_t depth_ = 0;
    JsonDocument document_;
    std::optional<FieldError> error_;
    std::vector<std::string_view> names_;  // kept for its memory
};

std::expected<JsonDocument, FieldError> JsonDocument::parse(std::string_view octets, Hidden hidden)
{
    return JsonParser{octets, hidden}.run();
}

}  // namespace waybill
