#pragma once

#include <string>
#include <string_view>

#include "base/digest.h"
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
    std::string room_;  // kept from call to call, as long as the longest text
};

}  // namespace waybill::tls
