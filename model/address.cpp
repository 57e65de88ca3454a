#include "model/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace waybill {
namespace {

std::uint8_t octet(const IpAddress& address, std::size_t index)
{
    return std::to_integer<std::uint8_t>(address.octets()[index]);
}

template <std::size_t count>
bool in_any(const IpAddress& address, const std::array<AddressRange, count>& ranges)
{
    return std::ranges::any_of(ranges, [&](const AddressRange& range) { return range.contains(address); });
}

AddressRange range(std::string_view text)
{
    return AddressRange::parse(text).value_or(AddressRange{});
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text)
{
    const bool is_v6 = text.contains(':');
    if (!is_v6 && (text.empty() || text.back() < '0' || text.back() > '9'))
        return std::nullopt;  // most names: they are asked about for every endpoint and example
    if (text.contains('\0'))  // where inet_pton() would stop
        return std::nullopt;
    const std::string terminated{text};
    std::array<std::byte, 16> octets{};
    if (!is_v6 && inet_pton(AF_INET, terminated.c_str(), octets.data()) == 1)
        return from_octets(Bytes{octets}.first(4));
    if (is_v6 && inet_pton(AF_INET6, terminated.c_str(), octets.data()) == 1)
        return from_octets(octets);
    return std::nullopt;
}

std::string IpAddress::text() const
{
    if (family_ == Family::none)
        return "-";
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    inet_ntop(is_v4() ? AF_INET : AF_INET6, words_.data(), buffer.data(), buffer.size());
    return buffer.data();
}

bool is_loopback(const IpAddress& address)
{
    if (address.is_v4())
        return octet(address, 0) == 127;
    static const std::array ranges{range("::1/128"), range("::ffff:127.0.0.0/104")};
    return in_any(address, ranges);
}

bool is_link_local(const IpAddress& address)
{
    if (address.is_v4())
        return octet(address, 0) == 169 && octet(address, 1) == 254;
    return address.is_v6() && octet(address, 0) == 0xfe && (octet(address, 1) & 0xc0U) == 0x80;
}

bool is_multicast(const IpAddress& address)
{
    return (address.is_v4() && octet(address, 0) >= 224 && octet(address, 0) < 240) ||
           (address.is_v6() && octet(address, 0) == 0xff);
}

bool is_unspecified(const IpAddress& address)
{
    return std::ranges::all_of(address.octets(), [](std::byte value) { return value == std::byte{0}; });
}

bool is_broadcast(const IpAddress& address)
{
    return address.is_v4() &&
           std::ranges::all_of(address.octets(), [](std::byte value) { return value == std::byte{0xff}; });
}

bool is_private(const IpAddress& address)
{
    static const std::array ranges{range("10.0.0.0/8"), range("172.16.0.0/12"), range("192.168.0.0/16"),
                                   range("100.64.0.0/10"), range("fc00::/7")};
    return in_any(address, ranges);
}

bool is_synthetic(const IpAddress& address)
{
    static const std::array ranges{range("198.18.0.0/15"), range("2001:2::/48")};
    return in_any(address, ranges);
}

bool is_special(const IpAddress& address)
{
    return is_loopback(address) || is_link_local(address) || is_multicast(address) || is_unspecified(address) ||
           is_broadcast(address);
}

std::optional<AddressRange> AddressRange::parse(std::string_view text)
{
    const std::size_t slash = text.find('/');
    const auto base = IpAddress::parse(text.substr(0, slash));
    if (!base)
        return std::nullopt;
    const auto width = static_cast<unsigned>(base->octets().size() * 8);
    if (slash == std::string_view::npos)
        return AddressRange{*base, width};
    const std::string_view digits = text.substr(slash + 1);
    unsigned length = 0;
    const auto [end, problem] = std::from_chars(digits.begin(), digits.end(), length);
    if (problem != std::errc{} || end != digits.end() || length > width)
        return std::nullopt;
    return AddressRange{*base, length};
}

bool AddressRange::contains(const IpAddress& address) const
{
    if (address.family() != base.family() || base.family() == IpAddress::Family::none)
        return false;
    const auto ours = base.octets();
    const auto theirs = address.octets();
    const std::size_t whole = prefix_length / 8;
    if (!std::ranges::equal(ours.first(whole), theirs.first(whole)))
        return false;
    const unsigned rest = prefix_length % 8;
    if (rest == 0)
        return true;
    const auto mask = static_cast<std::byte>(0xff00U >> rest);
    return (ours[whole] & mask) == (theirs[whole] & mask);
}

}  // namespace waybill
