#include "model/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>
#include <span>

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

/// An octet in decimal and a dot.
struct DottedOctet {
    std::array<char, 4> text{};
    std::uint8_t size = 0;
};

constexpr auto dotted_octets = [] {
    std::array<DottedOctet, 256> all{};
    for (unsigned value = 0; value < all.size(); ++value) {
        DottedOctet& dotted = all[value];
        for (unsigned unit = value >= 100 ? 100 : value >= 10 ? 10 : 1; unit > 0; unit /= 10)
            dotted.text[dotted.size++] = static_cast<char>('0' + value / unit % 10);
        dotted.text[dotted.size++] = '.';
    }
    return all;
}();

using Room = std::span<char, IpAddress::max_text_characters>;

/// The text of an address while it is written.
class AddressText {
public:
    explicit AddressText(Room room) : room_{room} {}

    std::string_view written() const { return {room_.data(), size_}; }
    void append(char character) { room_[size_++] = character; }
    void append_dotted(Bytes octets)
    {
        constexpr std::size_t most = sizeof(DottedOctet::text);
        const Room::iterator start = room_.begin() + static_cast<std::ptrdiff_t>(size_);
        auto end = start;
        for (const std::byte octet : octets) {
            const DottedOctet& dotted = dotted_octets[std::to_integer<std::size_t>(octet)];
            std::memcpy(std::to_address(end), dotted.text.data(), most);
            end += dotted.size;
        }
        size_ += static_cast<std::size_t>(end - start) - 1;
    }
    void append_hexadecimal(unsigned group)  ///< RFC 5952, 4.1 and 4.3: no zeros in front, lower case
    {
        constexpr std::string_view digits = "0123456789abcdef";
        for (unsigned shift = group >= 0x1000 ? 16 : group >= 0x100 ? 12 : group >= 0x10 ? 8 : 4; shift > 0; shift -= 4)
            append(digits[group >> (shift - 4) & 0xfU]);
    }

private:
    Room room_;
    std::size_t size_ = 0;
};

constexpr std::size_t groups = 8;

/// Groups of zeros that stand together.
struct ZeroRun {
    std::size_t first = groups;
    std::size_t count = 0;
};

/// The run that gives way to "::": the first of the longest, of two groups at least (RFC 5952, 4.2).
ZeroRun shortened(const std::array<unsigned, groups>& values)
{
    ZeroRun longest;
    ZeroRun run;
    for (std::size_t at = 0; at < groups; ++at) {
        run = values[at] != 0 ? ZeroRun{} : run.count == 0 ? ZeroRun{at, 1} : ZeroRun{run.first, run.count + 1};
        if (run.count >= 2 && run.count > longest.count)
            longest = run;
    }
    return longest;
}

void append_joined(std::span<const unsigned> values, AddressText& text)
{
    for (std::size_t at = 0; at < values.size(); ++at) {
        if (at > 0)
            text.append(':');
        text.append_hexadecimal(values[at]);
    }
}

[[gnu::noinline]] std::string_view v6_text(Bytes octets, Room room)
{
    AddressText text{room};
    std::array<unsigned, groups> values{};
    for (std::size_t at = 0; at < groups; ++at)
        values[at] = std::to_integer<unsigned>(octets[2 * at]) << 8U | std::to_integer<unsigned>(octets[2 * at + 1]);
    const ZeroRun zeros = shortened(values);
    // An IPv4-mapped address and the IPv4-compatible one of old end in dotted decimal (RFC 4291, 2.5.5; RFC 5952, 5).
    const bool is_mapped = zeros.first == 0 && zeros.count == 5 && values[5] == 0xffff;
    const bool is_compatible = zeros.first == 0 && zeros.count == 6;
    append_joined(std::span{values}.first(zeros.first), text);
    if (zeros.count > 0)
        text.append(':'), text.append(':');
    if (is_mapped)
        text.append_hexadecimal(values[5]), text.append(':');
    if (is_mapped || is_compatible)
        text.append_dotted(octets.last(4));
    else
        append_joined(std::span{values}.subspan(zeros.first + zeros.count), text);
    return text.written();
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
    TextRoom room{};
    return std::string{text(room)};
}

std::string_view IpAddress::text(Room room) const
{
    if (is_v6())
        return v6_text(octets(), room);
    AddressText text{room};
    if (is_v4())
        text.append_dotted(octets());
    else
        text.append('-');
    return text.written();
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
    if (address.is_v4()) {  // nearly all are told by their first octet
        const unsigned first = octet(address, 0);
        if (first != 0 && first != 127 && first != 169 && first < 224)
            return false;
    }
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
