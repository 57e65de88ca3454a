// A recording's packets and the kernel's counters, in words (declared in report/words.h).
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/units.h"
#include "report/words.h"

namespace waybill {
namespace {

std::uint64_t magnitude(std::int64_t number)
{
    return number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
}

std::string share_text(std::uint64_t millionths)
{
    if (millionths < 100)
        return "less than 0.01 %";
    const std::uint64_t hundredths = (millionths + 50) / 100;
    return fmt::format("{}.{:02} %", hundredths / 100, hundredths % 100);
}

/// "0", "3 packets and 4.5 kB (0.12 %) more counted"
std::string difference_text(const CrossCheck& check)
{
    if (check.packets_difference == 0 && check.ip_bytes_difference == 0)
        return "0";
    const bool is_less =
        check.packets_difference < 0 || (check.packets_difference == 0 && check.ip_bytes_difference < 0);
    std::string text =
        fmt::format("{} and {} ({}) {}", count_text(magnitude(check.packets_difference), "packet", "packets"),
                    size_text(magnitude(check.ip_bytes_difference)), share_text(check.ip_bytes_ppm()),
                    is_less ? "more in the packets" : "more counted");
    if (!check.differs())
        text +=
            fmt::format(", within the {} and {} of which it cannot be said",
                        count_text(check.uncertain.packets, "packet", "packets"), size_text(check.uncertain.ip_bytes));
    return text;
}

}  // namespace

std::string cross_check_sentence(const Report& report)
{
    if (!report.run)
        return {};
    if (!report.cross_check)
        return "none: the recording does not have the kernel's own counters";
    const CrossCheck& check = *report.cross_check;
    const std::uint64_t counted = check.counted_out.ip_bytes + check.counted_in.ip_bytes;
    const std::uint64_t twice = std::min(counted, check.recorded_once.ip_bytes);
    std::string counters;
    for (const std::string& counter : check.counters)
        counters += (counters.empty() ? "" : ", ") + printable(counter);
    std::string text = fmt::format("packets hold {} of IP, the kernel counted {} ({})",
                                   size_text(check.recorded.ip_bytes), size_text(counted - twice), counters);
    if (check.lost.packets > 0)
        text += fmt::format(", {} known to be lost", count_text(check.lost.packets, "packet is", "packets are"));
    return text + ": difference " + difference_text(check);
}

}  // namespace waybill
