#pragma once

#include <cstdint>

#include "base/cursor.h"

namespace waybill::quic {

constexpr std::uint64_t max_varint = (std::uint64_t{1} << 62U) - 1;  // RFC 9000, 16

/// The next variable-length integer (RFC 9000, 16); zero and a failed cursor when it is cut off.
inline std::uint64_t read_varint(Cursor& in)
{
    const std::uint8_t first = in.u8();
    std::uint64_t value = first & 0x3fU;
    switch (first >> 6U) {
        case 1:
            return value << 8U | in.u8();
        case 2:
            value = value << 8U | in.u8();
            return value << 16U | in.u16();
        case 3:
            value = value << 24U | in.u24();
            return value << 32U | in.u32();
        default:
            return value;
    }
}

}  // namespace waybill::quic
