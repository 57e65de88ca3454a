// The words of rule packs (declared in rules/pack.h and rules/pack_words.h).
#include "rules/pack_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/ascii.h"
#include "model/hostname.h"

namespace waybill::rules {
namespace {

std::optional<unsigned> number(std::string_view digits)
{
    unsigned value = 0;
    const auto [end, problem] = std::from_chars(digits.begin(), digits.end(), value);
    if (problem != std::errc{} || end != digits.end() || !std::ranges::all_of(digits, is_digit))
        return std::nullopt;
    return value;
}

}  // namespace

std::optional<Date> parse_date(std::string_view text)
{
    if (text.size() != 10 || text[4] != '-' || text[7] != '-')
        return std::nullopt;
    const auto year = number(text.substr(0, 4));
    const auto month = number(text.substr(5, 2));
    const auto day = number(text.substr(8, 2));
    if (!year || !month || !day)
        return std::nullopt;
    const Date date{std::chrono::year{static_cast<int>(*year)}, std::chrono::month{*month}, std::chrono::day{*day}};
    return date.ok() ? std::optional{date} : std::nullopt;
}

std::string text(Date date)
{
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()));
}

std::string_view text(SourceGrade grade)
{
    return source_grades.word(grade);
}

std::string_view text(SwitchKind kind)
{
    return switch_kinds.word(kind);
}

bool is_web_address(std::string_view text)
{
    const bool is_https = text.starts_with("https://");
    if (!is_https && !text.starts_with("http://"))
        return false;
    const bool is_visible =
        std::ranges::all_of(text, [](char character) { return character > ' ' && character < 0x7f; });
    const std::string_view rest = text.substr(is_https ? 8 : 7);
    const std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
    return is_visible && host.contains('.') && Hostname::parse(host).has_value();
}

}  // namespace waybill::rules
