#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/cursor.h"

namespace waybill {

/// An IPv4 or IPv6 address. An IPv4-mapped IPv6 address stays IPv6.
class IpAddress {
public:
    enum class Family : std::uint8_t { none, v4, v6 };

    constexpr IpAddress() = default;  ///< of no family: prints as "-"

    /// From exactly 4 or 16 octets in network order; any other count gives an address of no family.
    static IpAddress from_octets(Bytes octets);

    /// From dotted decimal or RFC 4291 text without brackets or zone. Nothing when it is neither.
    static std::optional<IpAddress> parse(std::string_view text);

    Family family() const { return family_; }
    bool is_v4() const { return family_ == Family::v4; }
    bool is_v6() const { return family_ == Family::v6; }
    Bytes octets() const { return Bytes{octets_}.first(is_v4() ? 4 : is_v6() ? 16 : 0); }

    /// Dotted decimal, or RFC 5952's canonical form.
    std::string text() const;

    friend constexpr auto operator<=>(const IpAddress&, const IpAddress&) = default;

private:
    std::array<std::byte, 16> octets_{};  // IPv4 in the first four
    Family family_ = Family::none;
};

bool is_loopback(const IpAddress& address);     ///< 127.0.0.0/8, ::1 (RFC 6890)
bool is_link_local(const IpAddress& address);   ///< 169.254.0.0/16, fe80::/10
bool is_multicast(const IpAddress& address);    ///< 224.0.0.0/4, ff00::/8
bool is_unspecified(const IpAddress& address);  ///< 0.0.0.0, ::
bool is_broadcast(const IpAddress& address);    ///< 255.255.255.255
bool is_private(const IpAddress& address);      ///< RFC 1918, RFC 4193 and RFC 6598 (shared)
bool is_synthetic(const IpAddress& address);    ///< the sinkhole's 198.18.0.0/15 (RFC 2544) and 2001:2::/48 (RFC 5180)

/// Special addresses are never named by a DNS answer: loopback, link-local, multicast, unspecified, broadcast.
bool is_special(const IpAddress& address);

/// A range of addresses, written address/length (RFC 4632, RFC 4291).
struct AddressRange {
    IpAddress base;
    unsigned prefix_length = 0;

    static std::optional<AddressRange> parse(std::string_view text);  ///< a bare address is a range of one
    bool contains(const IpAddress& address) const;
    friend bool operator==(const AddressRange&, const AddressRange&) = default;
};

}  // namespace waybill
