#include "model/purpose.h"

#include <cstddef>

namespace waybill {
namespace {

constexpr std::array<std::string_view, all_purposes.size()> words{
    "model-inference",
    "telemetry",
    "crash-report",
    "feature-flag",
    "authentication",
    "licensing",
    "update-check",
    "software-download",
    "package-registry",
    "container-registry",
    "extension-marketplace",
    "source-hosting",
    "content-delivery",
    "collaboration",
    "tool-integration",
    "documentation",
    "name-resolution",
    "time-sync",
    "connectivity-check",
    "cloud-metadata",
    "proxy",
    "local-network",
    "unknown",
};

}  // namespace

std::string_view text(Purpose purpose)
{
    const auto index = static_cast<std::size_t>(purpose);
    return index < words.size() ? words.at(index) : words.back();
}

std::optional<Purpose> parse_purpose(std::string_view word)
{
    for (const Purpose purpose : all_purposes)
        if (text(purpose) == word)
            return purpose;
    return std::nullopt;
}

}  // namespace waybill
