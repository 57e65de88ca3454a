#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/cursor.h"

namespace waybill::wireguard {

/// WireGuard's message types (WireGuard: Next Generation Kernel Network Tunnel, 5.4).
enum class MessageType : std::uint8_t { initiation = 1, response = 2, cookie_reply = 3, transport_data = 4 };

/// The type of the WireGuard message that the datagram is, by its type, its zero octets and its exact size; or nothing.
///
/// Transport data, whose size varies, must also be padded to 16 octets and count below 2^32 (its keys last 180
/// seconds). `wire_length` is what the UDP payload measured; the first 16 octets must have been captured.
std::optional<MessageType> recognise(Bytes datagram, std::size_t wire_length);

}  // namespace waybill::wireguard
