#pragma once

#include <expected>

#include "base/cursor.h"
#include "base/parse_error.h"
#include "wire/link_layer.h"

namespace waybill {

/// The payload of an 802.11 data frame (IEEE 802.11-2020, 9.2 and 9.3.2), after a radiotap, Prism or PPI header where
/// the link type says so. Management, control, null and encrypted frames carry nothing that is read here: type `none`.
///
/// Errors: `truncated`; `bad_value` for a capture header whose length cannot be right.
std::expected<LayerPayload, ParseError> parse_ieee802_11(LinkType type, Bytes frame);

/// An IEEE 802.2 LLC header with a SNAP extension (RFC 1042); other service access points give type `none`.
std::expected<LayerPayload, ParseError> parse_llc(Bytes frame);

}  // namespace waybill
