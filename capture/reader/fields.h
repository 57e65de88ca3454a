#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/cursor.h"

namespace waybill {

/// Reads the fields of a capture file's record in the file's own byte order, never past the record's end.
///
/// As with Cursor, the first failed read makes it fail for good: later reads yield zero or an empty span.
class Fields {
public:
    Fields(Bytes record, std::endian order) : rest_{record}, swapped_{order != std::endian::native} {}

    std::uint8_t u8() { return integer<std::uint8_t>(); }
    std::uint16_t u16() { return integer<std::uint16_t>(); }
    std::uint32_t u32() { return integer<std::uint32_t>(); }
    std::uint64_t u64() { return integer<std::uint64_t>(); }

    /// The next `count` octets, or an empty span and failure.
    Bytes bytes(std::size_t count)
    {
        if (count > rest_.size()) {
            fail();
            return {};
        }
        const Bytes run = rest_.first(count);
        rest_ = rest_.subspan(count);
        return run;
    }
    /// Passes the octets that fill `length` up to a multiple of four, as far as they are there.
    void padding(std::size_t length)
    {
        const std::size_t count = (0 - length) % 4;
        rest_ = rest_.subspan(count < rest_.size() ? count : rest_.size());
    }

    std::size_t remaining() const { return rest_.size(); }
    Bytes rest() const { return rest_; }
    bool failed() const { return failed_; }

private:
    template <std::unsigned_integral Integer>
    Integer integer()
    {
        if (rest_.size() < sizeof(Integer)) {
            fail();
            return 0;
        }
        Integer value = 0;
        std::memcpy(&value, rest_.data(), sizeof value);
        rest_ = rest_.subspan(sizeof value);
        return swapped_ ? std::byteswap(value) : value;
    }
    void fail()
    {
        failed_ = true;
        rest_ = {};
    }

    Bytes rest_;
    bool swapped_;
    bool failed_ = false;
};

}  // namespace waybill
