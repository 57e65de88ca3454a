#include "base/duration_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace waybill {
namespace {

struct Unit {
    std::string_view word;
    std::chrono::milliseconds length;
};
constexpr std::array units{Unit{"ms", std::chrono::milliseconds{1}}, Unit{"s", std::chrono::seconds{1}},
                           Unit{"m", std::chrono::minutes{1}}, Unit{"h", std::chrono::hours{1}},
                           Unit{"", std::chrono::seconds{1}}};

}  // namespace

std::expected<std::chrono::milliseconds, std::string> parse_duration(std::string_view text)
{
    constexpr std::chrono::milliseconds longest = std::chrono::hours{24 * 366};
    std::uint32_t count = 0;
    const char* const end = text.data() + text.size();  // NOLINT(cppcoreguidelines-pro-bounds-pointer-arithmetic)
    const auto read = std::from_chars(text.data(), end, count);
    const std::string_view behind{read.ptr, end};
    const auto unit = std::ranges::find(units, behind, &Unit::word);
    if (read.ec != std::errc{} || unit == units.end() || count > longest / unit->length)
        return std::unexpected(fmt::format("{} is no length of time such as 30s, 500ms, 5m or 2h", text));
    return count * unit->length;
}

}  // namespace waybill
