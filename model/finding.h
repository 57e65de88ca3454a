#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/proxy_settings.h"

namespace waybill {

/// What is found beside the contacts themselves.
enum class FindingKind : std::uint8_t {
    direct_past_proxy,  ///< contacted directly although a variable names a proxy for it
};

/// The word of report.json.
constexpr std::string_view text(FindingKind kind)
{
    switch (kind) {
        case FindingKind::direct_past_proxy:
            break;
    }
    return "direct-past-proxy";
}

/// Contacts of which some flows went past the proxy that a variable names.
struct Finding {
    FindingKind kind = FindingKind::direct_past_proxy;
    ProxyVariable variable;               ///< that names the proxy
    std::vector<std::uint64_t> contacts;  ///< by id
    std::uint64_t flows = 0;              ///< of these, that went past it

    friend bool operator==(const Finding&, const Finding&) = default;
};

}  // namespace waybill
