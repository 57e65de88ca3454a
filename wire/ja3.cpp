#include "wire/ja3.h"

#include <cstdint>

namespace waybill::tls {

std::string_view Ja3::text(const ClientHello& hello)
{
    text_.clear();
    value(hello.legacy_version);
    end_field(",");
    values(hello.cipher_suites);
    end_field(",");
    Cursor list{hello.extensions};
    while (!list.at_end()) {  // each turn takes four octets or fails
        value_unless_grease(list.u16());
        list.skip(list.u16());
    }
    end_field(",");
    values(hello.supported_groups);
    end_field(",");
    for (const std::byte format : hello.ec_point_formats)
        value(std::to_integer<std::uint8_t>(format));
    end_field("");
    return text_.text();
}

void Ja3::values(const U16List& values)
{
    for (std::size_t i = 0; i < values.size(); ++i)
        value_unless_grease(values[i]);
}

/// Every value has a hyphen behind it, which the last of a field has not.
void Ja3::end_field(std::string_view separator)
{
    if (text_.back() == '-')
        text_.pop_back();
    text_.append(separator);
}

}  // namespace waybill::tls
