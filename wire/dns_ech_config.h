#pragma once

#include <expected>
#include <string_view>
#include <vector>

#include "base/cursor.h"

namespace waybill::dns {

/// The public names of an ECHConfigList (RFC 9849, 4), in its order: the name that a ClientHello shows outside when it
/// uses the configuration. Configurations of other versions are passed over. The views are borrowed from `list`.
///
/// Errors: `truncated`; `bad_value` for octets left over.
std::expected<std::vector<std::string_view>, ParseError> parse_ech_public_names(Bytes list);

}  // namespace waybill::dns
