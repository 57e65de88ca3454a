#pragma once

#include <string>

#include "wire/tls_client_hello.h"

namespace waybill::tls {

/// The text that JA3 digests: legacy_version, cipher suites, extension types, groups and point formats, decimal, in the
/// hello's order, GREASE left out. Meant for hellos of TLS's own form, not SSL 2.0's.
std::string ja3_text(const ClientHello& hello);

/// JA3 (Salesforce, 2017): the MD5 of ja3_text(), 32 lower-case hexadecimal digits.
std::string ja3(const ClientHello& hello);

}  // namespace waybill::tls
