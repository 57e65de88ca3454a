#include "capture/network/synthetic_addresses.h"

#include <algorithm>
#include <array>

#include "base/cursor.h"
#include "base/digest.h"

namespace waybill::contained {
namespace {

// 198.18.0.0/15 has 2^17 addresses; the first and the last one are left out, some programs take them for a network's
// own.
constexpr std::uint32_t first_ipv4 = 0xc6120001;
constexpr std::uint32_t places = (1U << 17U) - 2;

std::string folded(std::string_view name)
{
    if (name.size() > 1 && name.ends_with('.'))
        name.remove_suffix(1);
    std::string text{name};
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

template <std::size_t count>
std::array<std::byte, count> big_endian(std::uint32_t value, std::array<std::byte, count> octets)
{
    for (std::size_t i = 0; i < 4; ++i)
        octets.at(count - 1 - i) = static_cast<std::byte>(value >> (8 * i));
    return octets;
}

}  // namespace

std::uint32_t SyntheticAddresses::place_of(std::string_view name)
{
    std::string key = folded(name);
    if (const auto known = places_.find(key); known != places_.end())
        return known->second;
    const Sha256 digest = sha256(as_octets(key));
    std::uint32_t place = Cursor{digest}.u32() % places;
    if (places_.size() >= most_names) {
        ++beyond_bound_;
        return place;
    }
    taken_.resize(places);
    while (taken_[place])  // ends: fewer names than places
        place = (place + 1) % places;
    taken_[place] = true;
    places_.emplace(std::move(key), place);
    return place;
}

IpAddress SyntheticAddresses::ipv4(std::uint32_t place)
{
    return IpAddress::from_octets(big_endian(first_ipv4 + place, std::array<std::byte, 4>{}));
}

IpAddress SyntheticAddresses::ipv6(std::uint32_t place)
{
    constexpr std::array prefix{std::byte{0x20}, std::byte{0x01}, std::byte{0x00}, std::byte{0x02}};
    std::array<std::byte, 16> octets{};
    std::ranges::copy(prefix, octets.begin());
    return IpAddress::from_octets(big_endian(place + 1, octets));
}

std::vector<SyntheticName> SyntheticAddresses::given() const
{
    std::vector<SyntheticName> names;
    names.reserve(places_.size());
    for (const auto& [name, place] : places_)
        names.push_back({name, ipv4(place), ipv6(place)});
    return names;
}

}  // namespace waybill::contained
