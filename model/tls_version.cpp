#include "model/tls_version.h"

#include <fmt/format.h>

namespace waybill {

std::string tls_version_text(std::uint16_t version)
{
    switch (version) {
        case 0:
            return "";
        case 0x0002:
            return "SSL 2.0";
        case 0x0300:
            return "SSL 3.0";
        case 0x0301:
            return "TLS 1.0";
        case 0x0302:
            return "TLS 1.1";
        case 0x0303:
            return "TLS 1.2";
        case 0x0304:
            return "TLS 1.3";
        case 0xfeff:
            return "DTLS 1.0";
        case 0xfefd:
            return "DTLS 1.2";
        case 0xfefc:
            return "DTLS 1.3";
        default:
            return fmt::format("0x{:04x}", version);
    }
}

}  // namespace waybill
