#include "model/time_writer.h"

#include <cstdint>
#include <span>

#include "base/decimal.h"

namespace waybill {

void TimeWriter::write(Timestamp time)
{
    using namespace std::chrono;
    const auto second = floor<seconds>(time);
    if (second != second_)
        write_second(second);
    // Without signs: the first second that Timestamp reaches into began before its first nanosecond.
    const auto nanosecond =
        static_cast<std::uint32_t>(static_cast<std::uint64_t>(time.time_since_epoch().count()) -
                                   static_cast<std::uint64_t>(second.time_since_epoch().count()) * std::nano::den);
    constexpr std::uint32_t eight_places = 100'000'000;
    text_[20] = static_cast<char>('0' + nanosecond / eight_places);
    write_eight_digits(nanosecond % eight_places, std::span{text_}.subspan<21, 8>());
}

void TimeWriter::write_second(std::chrono::sys_seconds second)
{
    using namespace std::chrono;
    second_ = second;
    const auto day = floor<days>(second);
    const year_month_day date{day};
    const auto second_of_day = static_cast<std::uint32_t>((second - day).count());
    const auto year = static_cast<unsigned>(static_cast<int>(date.year()));  // 1677 to 2262: what Timestamp holds
    const std::span places{text_};
    write_two_digits(year / 100, places.subspan<0, 2>());
    write_two_digits(year % 100, places.subspan<2, 2>());
    write_two_digits(static_cast<unsigned>(date.month()), places.subspan<5, 2>());
    write_two_digits(static_cast<unsigned>(date.day()), places.subspan<8, 2>());
    write_two_digits(second_of_day / 3600, places.subspan<11, 2>());
    write_two_digits(second_of_day / 60 % 60, places.subspan<14, 2>());
    write_two_digits(second_of_day % 60, places.subspan<17, 2>());
}

}  // namespace waybill
