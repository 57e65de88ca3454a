#pragma once

#include <string>

#include "wire/tls_client_hello.h"

namespace waybill::tls {

/// JA4, the TLS client part (FoxIO, 2023): `t13d1516h2_8daaf6152771_02713d6af862`, 36 characters.
///
/// Transport, highest version, whether a name is offered, how many cipher suites and extensions, first and last
/// character of the first application protocol; SHA-256 of the sorted cipher suites; SHA-256 of the sorted extensions
/// (but server_name and ALPN) and the signature algorithms in their order; both cut to twelve digits. GREASE is left
/// out everywhere. Meant for hellos of TLS's own form, not SSL 2.0's.
std::string ja4(const ClientHello& hello);

}  // namespace waybill::tls
