#include "wire/stun.h"

#include <cstdint>

namespace waybill::stun {
namespace {

constexpr std::uint32_t magic_cookie = 0x2112a442;  // RFC 8489, 5
constexpr std::size_t header = 20;                  // RFC 8489, 5; RFC 3489, 11.1
constexpr std::size_t transaction_id = 12;          // RFC 8489, 5, behind the cookie
constexpr std::uint16_t optional_from = 0x8000;     // RFC 3489, 11.2: attributes that a receiver may ignore

/// RFC 3489, 11.1: Binding and Shared Secret, each Request, Response and Error Response.
bool is_classic_type(std::uint16_t type)
{
    switch (type) {
        case 0x0001:
        case 0x0101:
        case 0x0111:
        case 0x0002:
        case 0x0102:
        case 0x0112:
            return true;
        default:
            return false;
    }
}

/// RFC 3489, 11.2: does a value of this length fit the attribute's type?
bool is_classic_attribute(std::uint16_t type, std::size_t length)
{
    switch (type) {
        case 0x0001:  // MAPPED-ADDRESS
        case 0x0002:  // RESPONSE-ADDRESS
        case 0x0004:  // SOURCE-ADDRESS
        case 0x0005:  // CHANGED-ADDRESS
        case 0x000b:  // REFLECTED-FROM
            return length == 8;
        case 0x0003:  // CHANGE-REQUEST
            return length == 4;
        case 0x0006:  // USERNAME
        case 0x0007:  // PASSWORD
        case 0x0009:  // ERROR-CODE
        case 0x000a:  // UNKNOWN-ATTRIBUTES
            return length >= 4 && length % 4 == 0;
        case 0x0008:  // MESSAGE-INTEGRITY
            return length == 20;
        default:
            return type >= optional_from && length % 4 == 0;
    }
}

/// RFC 3489, 11.2: attributes up to the end, each of at least 4 octets.
bool are_classic_attributes(Cursor in)
{
    while (!in.at_end()) {
        const std::uint16_t type = in.u16();
        const std::uint16_t length = in.u16();
        in.skip(length);
        if (in.failed() || !is_classic_attribute(type, length))
            return false;
    }
    return true;
}

/// RFC 8489, 14: attributes padded to 4 octets, up to the end or to where the capture ends.
bool are_attributes(Cursor in, std::size_t wire_length)
{
    while (!in.at_end()) {
        in.skip(2);
        const std::size_t length = in.u16();
        if (in.failed())
            return in.offset() < wire_length;
        const std::size_t padded = (length + 3) / 4 * 4;
        if (padded > wire_length - in.offset())
            return false;
        in.skip(padded);
    }
    return true;
}

}  // namespace

bool looks_like_stun(Bytes datagram, std::size_t wire_length, Port source, Port destination)
{
    Cursor in{datagram};
    const std::uint16_t type = in.u16();
    const std::size_t length = in.u16();
    const std::uint32_t cookie = in.u32();
    in.skip(transaction_id);
    if (in.failed() || (type & 0xc000U) != 0 || length % 4 != 0 || wire_length != header + length)
        return false;
    if (cookie == magic_cookie)
        return are_attributes(in, wire_length);
    if (!is_classic_type(type) || datagram.size() != wire_length)
        return false;
    if (length == 0)
        return source == port || destination == port;
    return are_classic_attributes(in);
}

}  // namespace waybill::stun
