#include "wire/ntp.h"

#include <cstdint>

namespace waybill::ntp {
namespace {

constexpr std::size_t time_header = 48;        // RFC 5905, 7.3
constexpr std::size_t control_header = 12;     // RFC 9327, 2
constexpr std::uint8_t max_stratum = 16;       // RFC 5905, 7.3, figure 11: above are reserved values
constexpr std::size_t min_extension = 16;      // RFC 5905, 7.5
constexpr std::size_t crypto_nak = 4;          // RFC 5905, 7.3
constexpr std::size_t des_authenticator = 12;  // RFC 1305, appendix C: a key identifier and 64 bits
constexpr std::size_t md5_mac = 20;            // RFC 5905, 7.3: a key identifier and 128 bits; also RFC 8573
constexpr std::size_t sha1_mac = 24;

enum class Mode : std::uint8_t {
    reserved,
    symmetric_active,
    symmetric_passive,
    client,
    server,
    broadcast,
    control,
    private_use,
};

bool is_mac(std::size_t length)
{
    return length == 0 || length == crypto_nak || length == des_authenticator || length == md5_mac ||
           length == sha1_mac;
}

/// RFC 5905, 7.5: extension fields, then perhaps a MAC. Ends because every field takes 16 octets or more.
bool is_trailer(Cursor in, std::size_t wire_length)
{
    std::size_t left = wire_length - in.offset();
    while (!is_mac(left)) {
        const std::size_t start = in.offset();
        in.skip(2);
        const std::size_t length = in.u16();
        if (in.failed())
            return in.offset() < wire_length && left % 4 == 0;  // the capture ends here
        if (length < min_extension || length % 4 != 0 || length > left)
            return false;
        in.skip(length - (in.offset() - start));
        left -= length;
        if (in.failed())
            return left % 4 == 0;
    }
    return true;
}

bool is_time_message(Bytes datagram, std::size_t wire_length)
{
    Cursor in{datagram};
    in.skip(1);
    const std::uint8_t stratum = in.u8();
    if (in.failed() || wire_length < time_header || wire_length % 4 != 0 || stratum > max_stratum)
        return false;
    if (datagram.size() < time_header)
        return true;
    in.skip(time_header - in.offset());
    return is_trailer(in, wire_length);
}

bool is_control_message(Bytes datagram, std::size_t wire_length)
{
    Cursor in{datagram};
    const std::uint8_t leap = in.u8() >> 6U;
    in.skip(9);  // operation code, sequence, status, association and offset
    const std::size_t count = in.u16();
    const std::size_t padded = (count + 3) / 4 * 4;
    return !in.failed() && leap == 0 && wire_length >= control_header + padded &&
           is_mac(wire_length - control_header - padded);
}

}  // namespace

bool looks_like_ntp(Bytes datagram, std::size_t wire_length, Port source, Port destination)
{
    if (datagram.empty() || (source != port && destination != port))
        return false;
    const auto first = std::to_integer<std::uint8_t>(datagram[0]);
    const unsigned version = first >> 3U & 7U;
    if (version == 0 || version > 4)
        return false;
    switch (Mode{static_cast<std::uint8_t>(first & 7U)}) {
        case Mode::client:
            return destination == port && is_time_message(datagram, wire_length);
        case Mode::server:
        case Mode::broadcast:
            return source == port && is_time_message(datagram, wire_length);
        case Mode::symmetric_active:
        case Mode::symmetric_passive:
            return is_time_message(datagram, wire_length);
        case Mode::control:
            return is_control_message(datagram, wire_length);
        default:
            return false;
    }
}

}  // namespace waybill::ntp
