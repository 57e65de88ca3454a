#pragma once

#include <cstdint>
#include <string>

namespace waybill {

/// "TLS 1.3", "DTLS 1.2", "SSL 3.0", …; "0x7f1c" for a number without a name; empty for 0.
std::string tls_version_text(std::uint16_t version);

}  // namespace waybill
