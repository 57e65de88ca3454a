#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/decimal.h"

namespace waybill {

/// What can be appended beside texts and numbers: it says how many octets it takes at most, is given room for as many,
/// and says how many it wrote. What stands behind them in its room may change.
template <typename Type>
concept TextPiece = requires(const Type& piece, std::span<char> room) {
    { piece.most_octets() } -> std::same_as<std::size_t>;
    { piece.write(room) } -> std::same_as<std::size_t>;
};

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

    /// Appends texts, numbers in decimal, pieces, and tuples of these, one behind the other. There is one look at the
    /// room for all. A text in a tuple is a std::string_view.
    template <typename... Pieces>
    [[gnu::always_inline]] void append(const Pieces&... pieces)
    {
        const std::size_t most = (most_octets(pieces) + ...);
        if (most > static_cast<std::size_t>(room_.end() - end_)) [[unlikely]]
            grow(most);
        auto end = end_;
        ((end += static_cast<std::ptrdiff_t>(write(pieces, end))), ...);
        end_ = end;
    }

    /// The last character of a text that is not empty.
    char back() const { return *(end_ - 1); }
    void pop_back() { --end_; }

private:
    using End = std::vector<char>::iterator;

    static constexpr std::size_t most_octets(std::string_view text) { return text.size(); }
    static constexpr std::size_t most_octets(std::uint64_t /*number*/) { return max_decimal_digits; }
    static std::size_t most_octets(const TextPiece auto& piece) { return piece.most_octets(); }
    template <typename... Pieces>
    [[gnu::always_inline]] static std::size_t most_octets(const std::tuple<Pieces...>& pieces)
    {
        return std::apply([](const Pieces&... each) { return (most_octets(each) + ...); }, pieces);
    }

    [[gnu::always_inline]] static std::size_t write(std::string_view text, End end)
    {
        if (!text.empty())  // else there may be no place to copy from
            std::memcpy(std::to_address(end), text.data(), text.size());
        return text.size();
    }
    [[gnu::always_inline]] static std::size_t write(std::uint64_t number, End end)
    {
        return write_decimal(number, std::span<char, max_decimal_digits>{end, max_decimal_digits});
    }
    [[gnu::always_inline]] static std::size_t write(const TextPiece auto& piece, End end)
    {
        return piece.write(std::span{end, piece.most_octets()});
    }
    template <typename... Pieces>
    [[gnu::always_inline]] static std::size_t write(const std::tuple<Pieces...>& pieces, End end)
    {
        return std::apply(
            [end](const Pieces&... each) __attribute__((always_inline)) {
                auto behind = end;
                ((behind += static_cast<std::ptrdiff_t>(write(each, behind))), ...);
                return static_cast<std::size_t>(behind - end);
            },
            pieces);
    }

    void grow(std::size_t octets);

    std::vector<char> room_;
    End end_ = room_.begin();
};

}  // namespace waybill
