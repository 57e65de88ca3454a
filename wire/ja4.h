#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "wire/tls_client_hello.h"

namespace waybill::tls {

/// JA4, the TLS client part (FoxIO, 2023): `t13d1516h2_8daaf6152771_02713d6af862`, 36 characters.
///
/// Transport, highest version, whether a name is offered, how many cipher suites and extensions, first and last
/// character of the first application protocol; SHA-256 of the sorted cipher suites; SHA-256 of the sorted extensions
/// (but server_name and ALPN) and the signature algorithms in their order; both cut to twelve digits. GREASE is left
/// out everywhere. Meant for hellos of TLS's own form, not SSL 2.0's.
std::string ja4(const ClientHello& hello);

/// Remembers the digests of the texts that JA4 hashes: few, for clients that permute their extensions sort to the same.
class Ja4Digests {
public:
    static constexpr std::size_t max_digests = 4096;  ///< then it starts anew

    /// The first twelve digits of the text's SHA-256; borrowed until the next call.
    std::string_view find_or_make(const std::string& text);

private:
    std::unordered_map<std::string, std::string> digests_;
};

/// The same JA4, at a fraction of the cost where `digests` has met its parts before.
std::string ja4(const ClientHello& hello, Ja4Digests& digests);

}  // namespace waybill::tls
