#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "model/proxy_settings.h"

namespace waybill {

/// What is found beside the contacts themselves.
enum class FindingKind : std::uint8_t {
    direct_past_proxy,  ///< contacted directly although a variable names a proxy for it
    package_changed,    ///< files of a package were others at the end than when a process began to run it
};

/// The word of report.json.
constexpr std::string_view text(FindingKind kind)
{
    switch (kind) {
        case FindingKind::direct_past_proxy:
            break;
        case FindingKind::package_changed:
            return "package-changed";
    }
    return "direct-past-proxy";
}

/// Contacts of which some flows went past the proxy that a variable names; or those of a package that changed.
struct Finding {
    FindingKind kind = FindingKind::direct_past_proxy;
    ProxyVariable variable;               ///< that names the proxy; of `direct_past_proxy`
    std::vector<std::uint64_t> contacts;  ///< by id
    std::uint64_t flows = 0;              ///< of these, that went past it; of a package all
    std::size_t tree = 0;                 ///< of `package_changed`: index into the report's package_trees

    friend bool operator==(const Finding&, const Finding&) = default;
};

}  // namespace waybill
