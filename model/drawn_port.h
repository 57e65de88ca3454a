#pragma once

#include "model/endpoint.h"

namespace waybill {

/// Ports from here on are drawn by systems for whoever asks for any: Linux's ip_local_port_range (ip(7)) begins here,
/// the dynamic ports of RFC 6335, 6 later.
constexpr Port first_drawn_port{32'768};

}  // namespace waybill
