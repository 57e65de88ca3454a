#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
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
    static IpAddress from_octets(Bytes octets)
    {
        IpAddress address;
        if (octets.size() == 4)
            return from_ipv4(octets.first<4>());
        if (octets.size() == 16)
            return from_ipv6(octets.first<16>());
        return address;
    }
    static IpAddress from_ipv4(std::span<const std::byte, 4> octets)
    {
        std::uint32_t word = 0;
        std::memcpy(&word, octets.data(), sizeof(word));
        if constexpr (std::endian::native == std::endian::big)
            return {{std::uint64_t{word} << 32U, 0}, Family::v4};
        return {{word, 0}, Family::v4};
    }
    static IpAddress from_ipv6(std::span<const std::byte, 16> octets)
    {
        Words words{};
        std::memcpy(words.data(), octets.data(), sizeof(words));
        return {words, Family::v6};
    }

    /// The octets as they stand in memory, four of IPv4 followed by zeros: for tables that compare and hash addresses
    /// by the million. With the family they are the address again.
    using Words = std::array<std::uint64_t, 2>;
    const Words& words() const { return words_; }
    IpAddress(const Words& words, Family family) : words_{words}, family_{static_cast<std::uint64_t>(family)} {}

    /// From dotted decimal or RFC 4291 text without brackets or zone. Nothing when it is neither.
    static std::optional<IpAddress> parse(std::string_view text);

    Family family() const { return static_cast<Family>(family_); }
    bool is_v4() const { return family() == Family::v4; }
    bool is_v6() const { return family() == Family::v6; }
    Bytes octets() const { return std::as_bytes(std::span{words_}).first(is_v4() ? 4 : is_v6() ? 16 : 0); }

    /// Dotted decimal, or RFC 5952's canonical form.
    std::string text() const;

    static constexpr std::size_t max_text_characters = 45;  ///< of an IPv6 address whose end is in dotted decimal
    using TextRoom = std::array<char, max_text_characters>;

    /// The same text, written into `room` for those who write many; valid as long as that.
    std::string_view text(std::span<char, max_text_characters> room) const;

    friend bool operator==(const IpAddress& left, const IpAddress& right)
    {
        // Word by word: the library compares arrays by a call, which costs more than the comparison.
        return left.words_[0] == right.words_[0] && left.words_[1] == right.words_[1] && left.family_ == right.family_;
    }
    friend std::strong_ordering operator<=>(const IpAddress& left, const IpAddress& right)
    {
        for (std::size_t i = 0; i < left.words_.size(); ++i)
            if (left.words_[i] != right.words_[i])
                return in_network_order(left.words_[i]) <=> in_network_order(right.words_[i]);
        return left.family_ <=> right.family_;
    }

private:
    static std::uint64_t in_network_order(std::uint64_t word)
    {
        return std::endian::native == std::endian::big ? word : std::byteswap(word);
    }

    Words words_{};
    /// A Family. A whole word, for what copies an address right after one octet of a word was written has to wait.
    std::uint64_t family_ = 0;
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
