#pragma once

#include <cstddef>

#include "base/cursor.h"
#include "model/endpoint.h"

namespace waybill::stun {

constexpr Port port{3478};  ///< IANA "stun"

/// True for one STUN message that fills the datagram: with the magic cookie (RFC 8489, 5) or of the classic kind
/// (RFC 3489, 11.1), which has none and is recognised by types, lengths and attributes that all fit.
///
/// A classic message without attributes is 4 octets and a random number: it counts only at STUN's own port.
/// `wire_length` is what the UDP payload measured; of a payload that the capture cut, what is there is checked, and a
/// cut classic message is not recognised.
bool looks_like_stun(Bytes datagram, std::size_t wire_length, Port source, Port destination);

}  // namespace waybill::stun
