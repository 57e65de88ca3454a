#include "report/units.h"

#include <fmt/format.h>

#include <array>

namespace waybill {
namespace {

/// A duration without its sign, which is given apart: the smallest one has no positive counterpart.
struct Magnitude {
    std::string_view sign;
    std::uint64_t nanoseconds = 0;

    std::uint64_t in(std::uint64_t unit) const
    {
        return nanoseconds / unit + (nanoseconds % unit >= unit - unit / 2 ? 1 : 0);
    }
};

constexpr std::uint64_t millisecond = 1'000'000;
constexpr std::uint64_t centisecond = 10 * millisecond;
constexpr std::uint64_t decisecond = 100 * millisecond;
constexpr std::uint64_t second = 1000 * millisecond;
constexpr std::uint64_t minute = 60 * second;
constexpr std::uint64_t hour = 60 * minute;

Magnitude magnitude(std::chrono::nanoseconds duration)
{
    const auto count = static_cast<std::uint64_t>(duration.count());
    return duration.count() < 0 ? Magnitude{"-", 0 - count} : Magnitude{"", count};
}

}  // namespace

std::string size_text(std::uint64_t octets)
{
    constexpr std::array<std::string_view, 6> units{"kB", "MB", "GB", "TB", "PB", "EB"};
    if (octets < 1000)
        return fmt::format("{} B", octets);
    std::uint64_t tenth = 100;  // of the unit
    for (const std::string_view unit : units) {
        const std::uint64_t tenths = octets / tenth + (octets % tenth >= tenth / 2 ? 1 : 0);
        if (tenths < 10'000 || unit == units.back())
            return fmt::format("{}.{} {}", tenths / 10, tenths % 10, unit);
        tenth *= 1000;
    }
    return {};
}

std::string duration_text(std::chrono::nanoseconds duration)
{
    const Magnitude size = magnitude(duration);
    if (const std::uint64_t count = size.in(millisecond); count < 1000)
        return fmt::format("{}{} ms", size.sign, count);
    if (const std::uint64_t count = size.in(decisecond); count < 1200)
        return fmt::format("{}{}.{} s", size.sign, count / 10, count % 10);
    if (const std::uint64_t count = size.in(second); count < 7200)
        return fmt::format("{}{} min {:02} s", size.sign, count / 60, count % 60);
    if (const std::uint64_t count = size.in(minute); count < 2880)
        return fmt::format("{}{} h {:02} min", size.sign, count / 60, count % 60);
    const std::uint64_t count = size.in(hour);
    return fmt::format("{}{} d {:02} h", size.sign, count / 24, count % 24);
}

std::string first_text(std::chrono::nanoseconds since_start)
{
    const Magnitude size = magnitude(since_start);
    const std::string_view sign = size.sign.empty() ? "+" : size.sign;
    if (const std::uint64_t count = size.in(centisecond); count < 100'000)
        return fmt::format("{}{}.{:02}s", sign, count / 100, count % 100);
    if (const std::uint64_t count = size.in(second); count < 6000)
        return fmt::format("{}{}m{:02}s", sign, count / 60, count % 60);
    if (const std::uint64_t count = size.in(minute); count < 6000)
        return fmt::format("{}{}h{:02}m", sign, count / 60, count % 60);
    return fmt::format("{}{}d", sign, size.in(24 * hour));
}

std::string count_text(std::uint64_t count, std::string_view one, std::string_view many)
{
    return fmt::format("{} {}", count, count == 1 ? one : many);
}

}  // namespace waybill
