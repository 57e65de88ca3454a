#pragma once

#include <cstddef>

#include "base/cursor.h"
#include "model/endpoint.h"

namespace waybill::ntp {

constexpr Port port{123};  ///< IANA "ntp"

/// True for a time message (RFC 5905, 7.3) of NTP version 1 to 4 or a control message (RFC 9327, 2) whose sender and
/// receiver stand at the ports that its mode asks for, and whose length its extension fields and MAC explain.
///
/// `wire_length` is what the UDP payload measured; of a payload that the capture cut, what is there is checked.
bool looks_like_ntp(Bytes datagram, std::size_t wire_length, Port source, Port destination);

}  // namespace waybill::ntp
