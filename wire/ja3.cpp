#include "wire/ja3.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>

namespace waybill::tls {
namespace {

constexpr std::size_t word_octets = sizeof(std::uint64_t);

/// The decimal digits of a value, the first one in the lowest octet.
struct Digits {
    std::uint64_t word = 0;
    unsigned count = 1;
};

constexpr Digits digits_of(std::uint16_t value)
{
    constexpr std::uint64_t zeros = 0x3030303030;
    Digits digits;
    unsigned rest = value;
    for (digits.count = 0; digits.count == 0 || rest != 0; ++digits.count) {  // five at most
        digits.word = digits.word << 8U | rest % 10;
        rest /= 10;
    }
    digits.word |= zeros >> (8U * (5 - digits.count));
    return digits;
}

/// Writes values with separators before them, a word at a time: there must be room for a word after the last one.
class ValueWriter {
public:
    explicit ValueWriter(std::span<char> room) : room_{room} {}

    void value(std::uint16_t value)
    {
        const Digits digits = digits_of(value);
        write(digits.word << 8U | separator_, digits.count + 1);
        separator_ = '-';
    }
    void value_unless_grease(std::uint16_t number)
    {
        if (!is_grease(number))
            value(number);
    }
    void values(const U16List& values)
    {
        for (std::size_t i = 0; i < values.size(); ++i)
            value_unless_grease(values[i]);
    }
    /// An empty field is its comma alone.
    void begin_field()
    {
        if (separator_ == ',')
            write(',', 1);
        separator_ = ',';
    }
    /// What was written, the first separator left out.
    std::string_view text()
    {
        begin_field();
        return std::string_view{room_.data(), at_}.substr(1);
    }

private:
    void write(std::uint64_t word, std::size_t octets)
    {
        if constexpr (std::endian::native == std::endian::big)
            word = std::byteswap(word);
        std::memcpy(room_.subspan(at_, word_octets).data(), &word, word_octets);
        at_ += octets;
    }

    std::span<char> room_;
    std::size_t at_ = 0;
    std::uint64_t separator_ = '-';
};

}  // namespace

std::string_view Ja3::text(const ClientHello& hello)
{
    constexpr std::size_t value_octets = 6;  // 65535 and its separator
    constexpr std::size_t extension_header_octets = 4;
    constexpr std::size_t fields = 5;
    const std::size_t values = 1 + hello.cipher_suites.size() + hello.extensions.size() / extension_header_octets +
                               hello.supported_groups.size() + hello.ec_point_formats.size();
    room_.resize(std::max(room_.size(), (values + fields) * value_octets + word_octets));
    ValueWriter out{room_};
    out.value(hello.legacy_version);
    out.begin_field();
    out.values(hello.cipher_suites);
    out.begin_field();
    Cursor list{hello.extensions};
    while (!list.at_end())  // each turn takes four octets or fails
        out.value_unless_grease(static_cast<std::uint16_t>(next_extension(list).type));
    out.begin_field();
    out.values(hello.supported_groups);
    out.begin_field();
    for (const std::byte format : hello.ec_point_formats)
        out.value(std::to_integer<std::uint8_t>(format));
    return out.text();
}

}  // namespace waybill::tls
