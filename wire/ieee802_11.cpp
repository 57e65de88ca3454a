#include "wire/ieee802_11.h"

#include <bit>
#include <cstdint>

namespace waybill {
namespace {

using Result = std::expected<LayerPayload, ParseError>;

constexpr std::size_t fcs_octets = 4;  // IEEE 802.11-2020, 9.2.4.8

/// Cuts the radiotap header off, and the frame check sequence where its flags field announces one (radiotap.org).
std::expected<Bytes, ParseError> skip_radiotap(Bytes frame)
{
    constexpr std::uint32_t more_bitmaps = 1U << 31U;
    constexpr std::uint32_t present_tsft = 1U << 0U;
    constexpr std::uint32_t present_flags = 1U << 1U;
    constexpr unsigned flag_fcs = 0x10;
    Cursor in{frame};
    in.skip(2);
    const std::size_t length = std::byteswap(in.u16());
    const std::uint32_t present = std::byteswap(in.u32());
    std::uint32_t more = present;
    while ((more & more_bitmaps) != 0 && !in.at_end())  // takes four octets a turn
        more = std::byteswap(in.u32());
    if (in.failed() || length > frame.size())
        return std::unexpected(in.error(ParseError::Kind::truncated));
    if (length < in.offset())
        return std::unexpected(in.error(ParseError::Kind::bad_value));
    bool has_fcs = false;
    if ((present & present_flags) != 0) {
        if ((present & present_tsft) != 0)
            in.skip((8 - in.offset() % 8) % 8 + 8);  // the timestamp is aligned to its own size
        has_fcs = (in.u8() & flag_fcs) != 0;
    }
    const Bytes body = frame.subspan(length);
    return has_fcs && body.size() >= fcs_octets ? body.first(body.size() - fcs_octets) : body;
}

/// The Prism header carries its length at octet 4 in host order, PPI at octet 2 in little-endian order.
std::expected<Bytes, ParseError> skip_capture_header(LinkType type, Bytes frame)
{
    if (type == LinkType::ieee802_11_radiotap)
        return skip_radiotap(frame);
    if (type == LinkType::ieee802_11)
        return frame;
    Cursor in{frame};
    std::size_t length = 0;
    if (type == LinkType::ppi) {
        in.skip(2);
        length = std::byteswap(in.u16());
    } else {
        in.skip(4);
        const std::uint32_t big = in.u32();
        const std::uint32_t little = std::byteswap(big);
        length = big < little ? big : little;
    }
    if (in.failed() || length > frame.size())
        return std::unexpected(in.error(ParseError::Kind::truncated));
    return frame.subspan(length);
}

}  // namespace

Result parse_llc(Bytes frame)
{
    Cursor in{frame};
    const std::uint16_t service_access_points = in.u16();
    const std::uint8_t control = in.u8();
    if (in.failed())
        return std::unexpected(in.error(ParseError::Kind::truncated));
    if (service_access_points == 0x0606 && control == 0x03)
        return LayerPayload{EtherType::ipv4, in.rest()};  // RFC 948
    if (service_access_points != 0xaaaa || control != 0x03)
        return LayerPayload{EtherType::none, in.rest()};
    in.skip(3);  // the organization code
    const std::uint16_t type = in.u16();
    if (in.failed())
        return std::unexpected(in.error(ParseError::Kind::truncated));
    return LayerPayload{static_cast<EtherType>(type), in.rest()};
}

Result parse_ieee802_11(LinkType type, Bytes frame)
{
    constexpr unsigned type_data = 2;
    const auto body = skip_capture_header(type, frame);
    if (!body)
        return std::unexpected(body.error());
    Cursor in{*body};
    const unsigned control = in.u8();
    const unsigned flags = in.u8();
    const unsigned subtype = control >> 4U;
    const bool is_qos = (subtype & 8U) != 0;
    const bool has_no_data = (subtype & 4U) != 0;
    const bool is_protected = (flags & 0x40U) != 0;
    const bool has_fourth_address = (flags & 3U) == 3U;
    const bool has_ht_control = is_qos && (flags & 0x80U) != 0;
    if (in.failed())
        return std::unexpected(in.error(ParseError::Kind::truncated));
    if ((control >> 2U & 3U) != type_data || has_no_data || is_protected)
        return LayerPayload{EtherType::none, in.rest()};
    in.skip(2 + 18);  // duration, three addresses
    const unsigned sequence_control = in.u16();
    in.skip(has_fourth_address ? 6 : 0);
    in.skip(is_qos ? 2 : 0);
    in.skip(has_ht_control ? 4 : 0);
    if (in.failed())
        return std::unexpected(in.error(ParseError::Kind::truncated));
    const bool is_later_fragment = (std::byteswap(static_cast<std::uint16_t>(sequence_control)) & 0xfU) != 0;
    if (is_later_fragment)
        return LayerPayload{EtherType::none, in.rest()};
    return parse_llc(in.rest());
}

}  // namespace waybill
