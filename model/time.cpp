#include "model/time.h"

#include <charconv>
#include <cstdint>
#include <span>

#include "model/time_writer.h"

namespace waybill {
namespace {

constexpr std::string_view pattern = "dddd-dd-ddTdd:dd:dd.dddddddddZ";  // d: a decimal digit

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
    std::string text(TimeWriter::characters, '\0');
    TimeWriter{}.write(time, std::span<char, TimeWriter::characters>{text});
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
