#include "wire/ja3.h"

#include <array>
#include <charconv>

#include "base/digest.h"
#include "base/hex.h"

namespace waybill::tls {
namespace {

/// A field of the text: numbers with hyphens between them.
class Field {
public:
    explicit Field(std::string& text) : text_{text} { text_ += ','; }

    void add(unsigned number)
    {
        if (!first_)
            text_ += '-';
        first_ = false;
        std::array<char, 10> digits{};  // 2^32 has ten
        const auto [end, problem] = std::to_chars(digits.begin(), digits.end(), number);
        text_.append(digits.begin(), end);
    }
    void add_unless_grease(std::uint16_t number)
    {
        if (!is_grease(number))
            add(number);
    }
    void add(const U16List& numbers)
    {
        for (std::size_t i = 0; i < numbers.size(); ++i)
            add_unless_grease(numbers[i]);
    }

private:
    std::string& text_;
    bool first_ = true;
};

}  // namespace

std::string ja3_text(const ClientHello& hello)
{
    std::string text;
    text.reserve(1024);  // more than nearly all hellos need, so that it does not grow step by step
    text += std::to_string(hello.legacy_version);
    Field{text}.add(hello.cipher_suites);
    Field types{text};
    Cursor list{hello.extensions};
    while (!list.at_end())  // each turn takes four octets or fails
        types.add_unless_grease(static_cast<std::uint16_t>(next_extension(list).type));
    Field{text}.add(hello.supported_groups);
    Field formats{text};
    for (const std::byte format : hello.ec_point_formats)
        formats.add(std::to_integer<unsigned>(format));
    return text;
}

std::string ja3(const ClientHello& hello)
{
    return to_hex(md5(as_octets(ja3_text(hello))));
}

}  // namespace waybill::tls
