#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace waybill {

/// What an endpoint is for. An endpoint may have several purposes: metadata alone cannot tell them apart.
enum class Purpose : std::uint8_t {
    model_inference,
    telemetry,
    crash_report,
    feature_flag,
    authentication,
    licensing,
    update_check,
    software_download,
    package_registry,
    container_registry,
    extension_marketplace,
    source_hosting,
    content_delivery,
    collaboration,
    tool_integration,  ///< MCP and the like
    documentation,
    name_resolution,
    time_sync,
    connectivity_check,
    cloud_metadata,
    proxy,
    local_network,
    unknown,  ///< an honest answer: no source says what it is for
};

/// Every purpose, in the order of the enumeration.
inline constexpr std::array all_purposes{
    Purpose::model_inference,
    Purpose::telemetry,
    Purpose::crash_report,
    Purpose::feature_flag,
    Purpose::authentication,
    Purpose::licensing,
    Purpose::update_check,
    Purpose::software_download,
    Purpose::package_registry,
    Purpose::container_registry,
    Purpose::extension_marketplace,
    Purpose::source_hosting,
    Purpose::content_delivery,
    Purpose::collaboration,
    Purpose::tool_integration,
    Purpose::documentation,
    Purpose::name_resolution,
    Purpose::time_sync,
    Purpose::connectivity_check,
    Purpose::cloud_metadata,
    Purpose::proxy,
    Purpose::local_network,
    Purpose::unknown,
};

/// The word of rule packs, policies and events: `model-inference`, `telemetry`, …
std::string_view text(Purpose purpose);

/// The purpose of that word; nothing when there is no such purpose.
std::optional<Purpose> parse_purpose(std::string_view word);

}  // namespace waybill
