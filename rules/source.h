#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::rules {

using Date = std::chrono::year_month_day;

/// From `2026-08-22`; nothing when it is not such a date or no day of the calendar.
std::optional<Date> parse_date(std::string_view text);
std::string text(Date date);  ///< `2026-08-22`

/// How close to the vendor a source is, from the strongest to the weakest; a standard has no vendor.
enum class SourceGrade : std::uint8_t {
    vendor_documentation,
    standard,
    vendor_source_code,
    vendor_issue,
    third_party,
    observed,
};
std::string_view text(SourceGrade grade);  ///< `vendor-documentation`, …

/// Who says so, and when it was read. The texts are the pack's.
struct Source {
    std::string_view title;
    std::string_view url;
    SourceGrade grade{};
    Date read{};                               ///< the day on which it said so
    std::string_view paraphrase;               ///< what it says, in our words
    std::optional<std::string_view> read_via;  ///< where it was read, when not at `url`
};

}  // namespace waybill::rules
