#pragma once

#include <cstdint>
#include <string_view>
#include <system_error>

namespace waybill::contained {

enum class Neighbours : std::uint8_t { resolved, none };

/// Switches an interface of the current network namespace on. With no neighbours to be resolved neither ARP nor
/// neighbour discovery is spoken: every packet goes to the interface's own hardware address, which its only peer has
/// too.
std::error_code bring_up(const char* interface_name, Neighbours neighbours);

/// Switches off what lets one captured packet stand for several of the wire, or leaves its checksum open: segmentation,
/// receive and checksum offload. What the driver does not know is no error.
void switch_offload_off(const char* interface_name);

/// Writes a kernel setting of the current network namespace: /proc/sys/net/`name`. False when it could not be written.
bool set_network_setting(std::string_view name, std::string_view value);

}  // namespace waybill::contained
