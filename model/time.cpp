#include "model/time.h"

#include <array>
#include <charconv>
#include <cstdint>

namespace waybill {
namespace {

constexpr std::string_view pattern = "dddd-dd-ddTdd:dd:dd.dddddddddZ";  // d: a decimal digit

/// Writes `value` with as many digits as `width`, from the left.
void put(std::string& text, std::size_t at, std::size_t width, std::uint64_t value)
{
    for (std::size_t digit = width; digit > 0; --digit) {
        text[at + digit - 1] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
}

std::int64_t number_at(std::string_view text, std::size_t at, std::size_t width)
{
    std::int64_t value = 0;
    const std::string_view digits = text.substr(at, width);
    std::from_chars(digits.begin(), digits.end(), value);  // digits only: has_form() was true
    return value;
}

bool has_form(std::string_view text)
{
    if (text.size() != pattern.size())
        return false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool is_digit = text[at] >= '0' && text[at] <= '9';
        if (pattern[at] == 'd' ? !is_digit : text[at] != pattern[at])
            return false;
    }
    return true;
}

}  // namespace

std::chrono::nanoseconds time_between(Timestamp earlier, Timestamp later)
{
    using std::chrono::nanoseconds;
    std::int64_t count = 0;
    if (__builtin_sub_overflow(later.time_since_epoch().count(), earlier.time_since_epoch().count(), &count))
        return later > earlier ? nanoseconds::max() : nanoseconds::min();
    return nanoseconds{count};
}

std::string to_rfc3339(Timestamp time)
{
    using namespace std::chrono;
    // In seconds first: the first day that Timestamp reaches into began before its first nanosecond.
    const auto second = floor<seconds>(time);
    const auto nanosecond = (time.time_since_epoch().count() % std::nano::den + std::nano::den) % std::nano::den;
    const auto day = floor<days>(second);
    const year_month_day date{day};
    const hh_mm_ss clock{second - day};
    std::string text{pattern};
    put(text, 0, 4, static_cast<std::uint64_t>(static_cast<int>(date.year())));  // 1677 to 2262: what Timestamp holds
    put(text, 5, 2, static_cast<unsigned>(date.month()));
    put(text, 8, 2, static_cast<unsigned>(date.day()));
    put(text, 11, 2, static_cast<std::uint64_t>(clock.hours().count()));
    put(text, 14, 2, static_cast<std::uint64_t>(clock.minutes().count()));
    put(text, 17, 2, static_cast<std::uint64_t>(clock.seconds().count()));
    put(text, 20, 9, static_cast<std::uint64_t>(nanosecond));
    return text;
}

std::optional<Timestamp> from_rfc3339(std::string_view text)
{
    using namespace std::chrono;
    if (!has_form(text))
        return std::nullopt;
    const year_month_day date{year{static_cast<int>(number_at(text, 0, 4))},
                              month{static_cast<unsigned>(number_at(text, 5, 2))},
                              day{static_cast<unsigned>(number_at(text, 8, 2))}};
    constexpr year first_whole_year{1678};  // what Timestamp holds without a remainder
    constexpr year last_whole_year{2261};
    if (!date.ok() || date.year() < first_whole_year || date.year() > last_whole_year)
        return std::nullopt;
    const hours hour{number_at(text, 11, 2)};
    const minutes minute{number_at(text, 14, 2)};
    const seconds second{number_at(text, 17, 2)};
    if (hour >= days{1} || minute >= hours{1} || second >= minutes{1})
        return std::nullopt;
    return sys_days{date} + hour + minute + second + nanoseconds{number_at(text, 20, 9)};
}

}  // namespace waybill
