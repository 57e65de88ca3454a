#include "model/time_writer.h"

#include <cstdint>
#include <cstring>

#include "base/decimal.h"

namespace waybill {

void TimeWriter::write(Timestamp time, std::span<char, characters> room)
{
    using namespace std::chrono;
    const auto second = floor<seconds>(time);
    if (second != second_)
        write_second(second);
    // Without signs: the first second that Timestamp reaches into began before its first nanosecond.
    const auto nanosecond =
        static_cast<std::uint32_t>(static_cast<std::uint64_t>(time.time_since_epoch().count()) -
                                   static_cast<std::uint64_t>(second.time_since_epoch().count()) * std::nano::den);
    std::memcpy(room.data(), pattern_.data(), characters);
    write_three_digits(nanosecond / 1'000'000, room.subspan<20, 3>());
    write_three_digits(nanosecond / 1'000 % 1'000, room.subspan<23, 3>());
    write_three_digits(nanosecond % 1'000, room.subspan<26, 3>());
}

void TimeWriter::write_second(std::chrono::sys_seconds second)
{
    using namespace std::chrono;
    second_ = second;
    const auto day = floor<days>(second);
    if (day != day_)
        write_date(day);
    const auto of_day = static_cast<std::uint32_t>((second - day).count());
    const std::span places{pattern_};
    write_two_digits(of_day / 3600, places.subspan<11, 2>());
    write_two_digits(of_day / 60 % 60, places.subspan<14, 2>());
    write_two_digits(of_day % 60, places.subspan<17, 2>());
}

void TimeWriter::write_date(std::chrono::sys_days day)
{
    using namespace std::chrono;
    day_ = day;
    const year_month_day date{day};
    const auto year = static_cast<unsigned>(static_cast<int>(date.year()));  // 1677 to 2262: what Timestamp holds
    const std::span places{pattern_};
    write_two_digits(year / 100, places.subspan<0, 2>());
    write_two_digits(year % 100, places.subspan<2, 2>());
    write_two_digits(static_cast<unsigned>(date.month()), places.subspan<5, 2>());
    write_two_digits(static_cast<unsigned>(date.day()), places.subspan<8, 2>());
}

}  // namespace waybill
