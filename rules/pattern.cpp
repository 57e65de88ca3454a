#include "rules/pattern.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"

namespace waybill::rules {
namespace {

constexpr std::size_t max_pattern_characters = 253;  // RFC 1035, 2.3.4, as for the names that it matches
constexpr std::size_t max_label_characters = 63;     // RFC 1035, 2.3.4

constexpr bool is_letter(char character)
{
    return character >= 'a' && character <= 'z';
}
constexpr bool is_host_character(char character)
{
    return is_letter(character) || is_digit(character) || character == '-' || character == '_';
}

std::string lower_case(std::string_view text)
{
    std::string lower{text};
    std::ranges::transform(lower, lower.begin(), to_lower);
    return lower;
}

/// Takes the first label off `rest`, which shrinks with each call.
std::string_view take_first_label(std::string_view& rest)
{
    const std::size_t dot = std::min(rest.find('.'), rest.size());
    const std::string_view label = rest.substr(0, dot);
    rest.remove_prefix(std::min(dot + 1, rest.size()));
    return label;
}

/// Takes the last label off `rest`, which shrinks with each call.
std::string_view take_last_label(std::string_view& rest)
{
    const std::size_t dot = rest.rfind('.');
    const std::size_t start = dot == std::string_view::npos ? 0 : dot + 1;
    const std::string_view label = rest.substr(start);
    rest.remove_suffix(rest.size() - (start == 0 ? 0 : dot));
    return label;
}

bool is_placeholder(std::string_view label)
{
    return label.starts_with('{');
}
bool has_wildcard(std::string_view label)
{
    return is_placeholder(label) || label.contains('*');
}

/// Where a `{name}` label goes wrong, from the label's start.
std::optional<std::size_t> placeholder_fault(std::string_view label)
{
    if (label.size() < 3 || !label.ends_with('}'))
        return label.size() - 1;
    for (std::size_t i = 1; i + 1 < label.size(); ++i)
        if (!is_letter(label[i]) && (i == 1 || (!is_digit(label[i]) && label[i] != '-')))
            return i;
    return std::nullopt;
}

/// What is wrong with a label, at an offset from its start.
std::optional<PatternError> label_fault(std::string_view label)
{
    using enum PatternError::Kind;
    if (label.empty())
        return PatternError{empty_label, 0};
    if (label.size() > max_label_characters)
        return PatternError{too_long, max_label_characters};
    if (is_placeholder(label)) {
        const auto fault = placeholder_fault(label);
        return fault ? std::optional{PatternError{bad_wildcard, *fault}} : std::nullopt;
    }
    for (std::size_t i = 0; i < label.size(); ++i) {
        if (label[i] == '{' || label[i] == '}' || label.substr(i).starts_with("**"))
            return PatternError{bad_wildcard, i};
        if (!is_host_character(label[i]) && label[i] != '*')
            return PatternError{bad_character, i};
    }
    return std::nullopt;
}

/// The first fault of the whole text.
std::optional<PatternError> find_fault(std::string_view text)
{
    using enum PatternError::Kind;
    if (text.empty())
        return PatternError{empty, 0};
    if (text.size() > max_pattern_characters)
        return PatternError{too_long, max_pattern_characters};
    if (IpAddress::parse(text))
        return PatternError{is_address, 0};
    if (text.ends_with('.'))
        return PatternError{empty_label, text.size() - 1};
    std::string_view last;
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t offset = text.size() - rest.size();
        last = take_first_label(rest);
        if (const auto fault = label_fault(last))
            return PatternError{fault->kind, offset + fault->offset};
    }
    if (has_wildcard(last))
        return PatternError{too_broad, text.size() - last.size()};
    if (std::ranges::all_of(last, is_digit))
        return PatternError{is_address, text.size() - last.size()};  // no top-level domain is a number
    return std::nullopt;
}

/// Whether a label is one that `pattern` stands for. Each step moves `at` or `star_match` on, so it ends.
bool label_matches(std::string_view pattern, std::string_view label)
{
    if (is_placeholder(pattern))
        return true;
    std::size_t in_pattern = 0;
    std::size_t at = 0;
    std::size_t after_star = std::string_view::npos;
    std::size_t star_match = 0;
    while (at < label.size()) {
        if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
            after_star = ++in_pattern;
            star_match = at;
        } else if (in_pattern < pattern.size() && pattern[in_pattern] == label[at]) {
            ++in_pattern;
            ++at;
        } else if (after_star != std::string_view::npos) {
            in_pattern = after_star;
            at = ++star_match;
        } else {
            return false;
        }
    }
    return pattern.substr(in_pattern).find_first_not_of('*') == std::string_view::npos;
}

}  // namespace

std::string_view text(PatternError::Kind kind)
{
    switch (kind) {
        using enum PatternError::Kind;
        case empty:
            return "it is empty; write a host such as api.example.com";
        case too_long:
            return "it is longer than a host name can be (253 characters, 63 a label)";
        case empty_label:
            return "it has an empty label; write no dot at either end and no two in a row";
        case bad_character:
            return "it has a character that no host name has; write letters, digits, '-', '_' and wildcards, without "
                   "scheme, "
                   "port or path";
        case bad_wildcard:
            return "it has a wildcard that is none; write '*' inside a label, '{name}' for a whole label, or a leading "
                   "'*.'";
        case too_broad:
            return "its last label is a wildcard; write a domain after it, such as *.example.com";
        case is_address:
            return "it is an address; write it under \"addresses\"";
    }
    return "it is not a host pattern";
}

std::string_view text(Specificity::Level level)
{
    switch (level) {
        using enum Specificity::Level;
        case any:
            return "anything";
        case purpose:
            return "a purpose";
        case vendor:
            return "a vendor";
        case registrable_domain:
            return "a registrable domain";
        case address_range:
            return "an address range";
        case suffix:
            return "a suffix";
        case label_wildcard:
            return "a wildcard inside a label";
        case exact_address:
            return "an exact address";
        case exact_host:
            return "an exact host";
    }
    return "anything";
}

std::expected<HostPattern, PatternError> HostPattern::parse(std::string_view text)
{
    HostPattern pattern;
    pattern.text_ = lower_case(text.substr(0, max_pattern_characters + 1));
    if (const auto fault = find_fault(pattern.text_))
        return std::unexpected(*fault);
    std::string_view rest = pattern.text_;
    if (rest.starts_with("*.")) {
        pattern.level_ = Specificity::Level::suffix;
        rest.remove_prefix(2);
        pattern.tail_ = 2;
    }
    while (!rest.empty()) {
        const std::string_view label = take_first_label(rest);
        ++pattern.labels_;
        if (has_wildcard(label)) {
            pattern.tail_ = pattern.text_.size() - rest.size();
            if (pattern.level_ == Specificity::Level::exact_host)
                pattern.level_ = Specificity::Level::label_wildcard;
        }
        if (!is_placeholder(label))
            pattern.literal_characters_ +=
                static_cast<unsigned>(std::ranges::count_if(label, [](char character) { return character != '*'; }));
    }
    return pattern;
}

HostPattern HostPattern::domain(const Hostname& domain)
{
    HostPattern pattern;
    pattern.text_ = domain.text();
    pattern.level_ = Specificity::Level::registrable_domain;
    pattern.labels_ = static_cast<unsigned>(1 + std::ranges::count(pattern.text_, '.'));
    pattern.literal_characters_ = static_cast<unsigned>(pattern.text_.size()) + 1 - pattern.labels_;
    return pattern;
}

Specificity HostPattern::specificity() const
{
    return {.level = level_, .length = labels_, .literal_characters = literal_characters_, .conditions = 0};
}

bool HostPattern::matches(const Hostname& host) const
{
    if (level_ == Specificity::Level::exact_host)
        return host.text() == text_;
    if (level_ == Specificity::Level::registrable_domain) {
        const std::string_view name = host.text();
        return name.ends_with(text_) && (name.size() == text_.size() || name[name.size() - text_.size() - 1] == '.');
    }
    std::string_view labels = host.text();
    std::string_view pattern = text_;
    const bool is_suffix = level_ == Specificity::Level::suffix;
    if (is_suffix)
        pattern.remove_prefix(2);
    while (!pattern.empty() && !labels.empty())
        if (!label_matches(take_last_label(pattern), take_last_label(labels)))
            return false;
    return pattern.empty() && labels.empty() != is_suffix;
}

std::string PortRange::text() const
{
    return first == last ? fmt::format("{}", number(first)) : fmt::format("{}-{}", number(first), number(last));
}

Specificity specificity(const AddressRange& range)
{
    const bool is_single = range.prefix_length == range.base.octets().size() * 8;
    return {.level = is_single ? Specificity::Level::exact_address : Specificity::Level::address_range,
            .length = range.prefix_length,
            .literal_characters = 0,
            .conditions = 0};
}

std::string text(const AddressRange& range)
{
    if (specificity(range).level == Specificity::Level::exact_address)
        return range.base.text();
    return fmt::format("{}/{}", range.base.text(), range.prefix_length);
}

std::optional<unsigned> conditions_held(const EndpointPattern& pattern, const EndpointQuery& endpoint)
{
    unsigned held = 0;
    if (endpoint.port && !pattern.ports.empty()) {
        if (std::ranges::none_of(pattern.ports, [&](const PortRange& range) { return range.contains(*endpoint.port); }))
            return std::nullopt;
        ++held;
    }
    if (endpoint.transport && !pattern.transports.empty()) {
        if (std::ranges::find(pattern.transports, *endpoint.transport) == pattern.transports.end())
            return std::nullopt;
        ++held;
    }
    return held;
}

}  // namespace waybill::rules
