#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "base/parse_error.h"

namespace waybill {

using Bytes = std::span<const std::byte>;  ///< borrowed octets

/// Reads big-endian integers and byte runs from a message, never past its end.
///
/// The first failed read makes the cursor fail for good: every later read yields zero or an empty span and
/// leaves `offset()` at the failure. So a run of fields is read in the specification's order and checked once.
class Cursor {
public:
    /// `message` is borrowed; `first_offset` is what `offset()` starts at.
    constexpr explicit Cursor(Bytes message, std::size_t first_offset = 0) : rest_{message}, offset_{first_offset} {}

    std::uint8_t u8() { return integer<std::uint8_t>(); }
    std::uint16_t u16() { return integer<std::uint16_t>(); }
    std::uint32_t u32() { return integer<std::uint32_t>(); }
    std::uint64_t u64() { return integer<std::uint64_t>(); }
    std::uint32_t u24()
    {
        const Bytes octets = bytes(3);
        if (octets.empty())
            return 0;
        return std::to_integer<std::uint32_t>(octets[0]) << 16U | std::to_integer<std::uint32_t>(octets[1]) << 8U |
               std::to_integer<std::uint32_t>(octets[2]);
    }

    /// The next `count` octets, or an empty span and failure.
    constexpr Bytes bytes(std::size_t count)
    {
        if (!take(count))
            return {};
        const Bytes run = rest_.first(count);
        advance(count);
        return run;
    }

    constexpr void skip(std::size_t count)
    {
        if (take(count))
            advance(count);
    }

    /// The next `count` octets as a cursor of their own, whose offsets go on from here; failed when this fails.
    constexpr Cursor sub(std::size_t count)
    {
        Cursor part{{}, offset_};
        if (take(count)) {
            part.rest_ = rest_.first(count);
            advance(count);
        }
        part.failed_ = failed_;
        return part;
    }

    constexpr Bytes rest() const { return rest_; }  ///< what is left; empty once failed
    constexpr std::size_t remaining() const { return rest_.size(); }
    constexpr std::size_t offset() const { return offset_; }
    constexpr bool at_end() const { return rest_.empty(); }  ///< true once failed, so a loop over a cursor ends
    constexpr bool failed() const { return failed_; }
    constexpr void fail()
    {
        failed_ = true;
        rest_ = {};
    }
    constexpr ParseError error(ParseError::Kind kind) const { return {kind, offset_}; }

private:
    constexpr bool take(std::size_t count)
    {
        if (failed_ || count > rest_.size()) {
            fail();
            return false;
        }
        return true;
    }
    constexpr void advance(std::size_t count)
    {
        rest_ = rest_.subspan(count);
        offset_ += count;
    }
    template <typename Integer>
    Integer integer()
    {
        if (!take(sizeof(Integer)))
            return 0;
        Integer value = 0;
        std::memcpy(&value, rest_.data(), sizeof(Integer));
        advance(sizeof(Integer));
        return std::endian::native == std::endian::big ? value : std::byteswap(value);
    }

    Bytes rest_;
    std::size_t offset_;
    bool failed_ = false;
};

/// The big-endian integer at `offset` of octets that were checked to hold it: for headers of a fixed form, whose length
/// is checked once.
template <typename Integer>
Integer integer_at(Bytes octets, std::size_t offset)
{
    Integer value = 0;
    std::memcpy(&value, octets.subspan(offset, sizeof(Integer)).data(), sizeof(Integer));
    return std::endian::native == std::endian::big ? value : std::byteswap(value);
}

/// Octets as text, unchecked: whoever prints it escapes it (base/text.h).
inline std::string_view as_text(Bytes octets)
{
    // The one place where octets become characters: char may alias anything.
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
    return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

/// Text as octets.
inline Bytes as_octets(std::string_view text)
{
    return std::as_bytes(std::span{text.data(), text.size()});
}

}  // namespace waybill
