#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <span>
#include <string_view>

#include "model/time.h"

namespace waybill {

/// Writes times as to_rfc3339() does, for those who write many: times that follow each other are mostly of one
/// second, which it keeps written.
class TimeWriter {
public:
    static constexpr std::size_t characters = 30;

    void write(Timestamp time, std::span<char, characters> room);

    /// A time as a piece of a TextBuffer.
    struct Piece {
        TimeWriter& writer;  ///< borrowed
        Timestamp time;

        static constexpr std::size_t most_octets() { return characters; }
        std::size_t write(std::span<char> room) const
        {
            writer.write(time, room.first<characters>());
            return characters;
        }
    };
    Piece piece(Timestamp time) { return {*this, time}; }

private:
    void write_second(std::chrono::sys_seconds second);
    void write_date(std::chrono::sys_days day);

    std::array<char, characters> pattern_ = [] {  // the second, and zeros for what is less
        std::array<char, characters> epoch{};
        std::string_view{"1970-01-01T00:00:00.000000000Z"}.copy(epoch.data(), characters);
        return epoch;
    }();
    std::chrono::sys_days day_;
    std::chrono::sys_seconds second_;
};

}  // namespace waybill
