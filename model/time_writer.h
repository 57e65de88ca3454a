#pragma once

#include <array>
#include <chrono>
#include <string_view>

#include "model/time.h"

namespace waybill {

/// Writes times as to_rfc3339() does, for those who write many: times that follow each other are mostly in one second,
/// whose text it keeps.
class TimeWriter {
public:
    std::string_view text(Timestamp time)  ///< until the next call
    {
        write(time);
        return std::string_view{text_};
    }

private:
    void write(Timestamp time);
    void write_second(std::chrono::sys_seconds second);

    static constexpr std::size_t characters = 30;

    std::array<char, characters> text_ = [] {
        std::array<char, characters> epoch{};
        std::string_view{"1970-01-01T00:00:00.000000000Z"}.copy(epoch.data(), characters);
        return epoch;
    }();
    std::chrono::sys_seconds second_{};  // that text_ is of
};

}  // namespace waybill
