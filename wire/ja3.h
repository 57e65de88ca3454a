#pragma once

#include <cstdint>
#include <string_view>

#include "base/digest.h"
#include "base/text_buffer.h"
#include "wire/tls_client_hello.h"

namespace waybill::tls {

/// JA3 (Salesforce, 2017): the MD5 of legacy_version, cipher suites, extension types, groups and point formats,
/// decimal, in the hello's order, GREASE left out. Meant for hellos of TLS's own form, not SSL 2.0's.
class Ja3 {
public:
    /// What JA3 digests; borrowed until the next call.
    std::string_view text(const ClientHello& hello);

    Md5 digest(const ClientHello& hello) { return md5(as_octets(text(hello))); }

private:
    void value(std::uint16_t value) { text_.append(std::uint64_t{value}, "-"); }
    void value_unless_grease(std::uint16_t number)
    {
        if (!is_grease(number))
            value(number);
    }
    void values(const U16List& values);
    void end_field(std::string_view separator);

    TextBuffer text_;  // its room is kept from call to call
};

}  // namespace waybill::tls
