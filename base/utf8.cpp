#include "base/utf8.h"

namespace waybill {

std::size_t utf8_sequence(std::string_view text)
{
    if (text.empty())
        return 0;
    const auto octet = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned lead = octet(0);
    if (lead < 0x80)
        return 1;
    std::size_t octets = 0;
    std::uint32_t code_point = 0;
    std::uint32_t least = 0;  // shorter forms are forbidden
    if (lead >= 0xc2 && lead <= 0xdf) {
        octets = 2;
        code_point = lead & 0x1fU;
        least = 0x80;
    } else if (lead >= 0xe0 && lead <= 0xef) {
        octets = 3;
        code_point = lead & 0x0fU;
        least = 0x800;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
        octets = 4;
        code_point = lead & 0x07U;
        least = 0x10000;
    } else {
        return 0;
    }
    if (text.size() < octets)
        return 0;
    for (std::size_t at = 1; at < octets; ++at) {
        if ((octet(at) & 0xc0U) != 0x80U)
            return 0;
        code_point = code_point << 6U | (octet(at) & 0x3fU);
    }
    const bool is_surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
    return code_point < least || code_point > 0x10ffff || is_surrogate ? 0 : octets;
}

std::uint32_t utf8_code_point(std::string_view sequence)
{
    std::uint32_t point = static_cast<unsigned char>(sequence.front());
    if (sequence.size() > 1)
        point &= 0x7fU >> sequence.size();
    for (const char octet : sequence.substr(1))
        point = point << 6U | (static_cast<unsigned char>(octet) & 0x3fU);
    return point;
}

void append_utf8(std::string& out, std::uint32_t code_point)
{
    const auto octet = [&](std::uint32_t bits) { out += static_cast<char>(static_cast<unsigned char>(bits)); };
    const auto continued = [&](unsigned shift) { octet(0x80U | ((code_point >> shift) & 0x3fU)); };
    if (code_point < 0x80)
        return octet(code_point);
    if (code_point < 0x800) {
        octet(0xc0U | (code_point >> 6U));
    } else if (code_point < 0x10000) {
        octet(0xe0U | (code_point >> 12U));
        continued(6);
    } else {
        octet(0xf0U | (code_point >> 18U));
        continued(12);
        continued(6);
    }
    continued(0);
}

}  // namespace waybill
