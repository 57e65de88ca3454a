#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "base/decimal.h"

namespace waybill {

/// Text that grows at its end and keeps its room. Made for output of which there is much: an append of known length is
/// a comparison and a few moves. So it is always inlined, for a literal's length to be known where it is copied.
class TextBuffer {
public:
    TextBuffer() = default;
    TextBuffer(const TextBuffer&) = delete;  // end_ points into room_
    TextBuffer& operator=(const TextBuffer&) = delete;
    TextBuffer(TextBuffer&&) = delete;
    TextBuffer& operator=(TextBuffer&&) = delete;
    ~TextBuffer() = default;

    std::string_view text() const { return {room_.begin(), end_}; }  ///< until something is appended
    std::size_t size() const { return text().size(); }
    void clear() { end_ = room_.begin(); }

    /// Appends texts, and numbers in decimal, one behind the other.
    template <typename... Pieces>
    [[gnu::always_inline]] void append(const Pieces&... pieces)
    {
        const std::size_t most = (most_octets(pieces) + ...);
        if (most > static_cast<std::size_t>(room_.end() - end_)) [[unlikely]]
            grow(most);
        const std::span<char> room{end_, most};
        std::size_t written = 0;
        ((written += write(pieces, room.subspan(written))), ...);
        end_ += static_cast<std::ptrdiff_t>(written);
    }

    /// The last character of a text that is not empty.
    char back() const { return *(end_ - 1); }
    void pop_back() { --end_; }

private:
    static constexpr std::size_t most_octets(std::string_view text) { return text.size(); }
    static constexpr std::size_t most_octets(std::uint64_t /*number*/) { return max_decimal_digits; }

    [[gnu::always_inline]] static std::size_t write(std::string_view text, std::span<char> room)
    {
        if (!text.empty())  // else there may be no place to copy from
            std::memcpy(room.data(), text.data(), text.size());
        return text.size();
    }
    [[gnu::always_inline]] static std::size_t write(std::uint64_t number, std::span<char> room)
    {
        if (number >= 10)
            return write_decimal(number, room.first<max_decimal_digits>());
        room.front() = static_cast<char>('0' + number);  // as many are
        return 1;
    }

    void grow(std::size_t octets);

    std::vector<char> room_;
    std::vector<char>::iterator end_ = room_.begin();
};

}  // namespace waybill
