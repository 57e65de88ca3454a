#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "model/address.h"
#include "wire/dns_message.h"

namespace waybill::dns {

/// The addresses that a resolver of our own gives for a name; a family that is absent is answered with no record.
struct NameAddresses {
    std::optional<IpAddress> v4;  ///< of family v4
    std::optional<IpAddress> v6;  ///< of family v6
};

/// How a resolver of our own answers.
struct AnswerPolicy {
    /// The addresses of a name, given in lower-case presentation form without trailing dot, valid for the call. Nothing
    /// means that the name does not exist (NXDOMAIN).
    std::function<std::optional<NameAddresses>(std::string_view name)> addresses_of;
    std::chrono::seconds ttl{60};  ///< 0 to 2^31 - 1 seconds (RFC 2181, 8); clamped
};

/// The response to `query`, without TCP's length in front; at most 12 + 259 + 28 + 11 octets, so it fits plain UDP.
///
/// A and AAAA in class IN get one address record or, without one of that family, no record (NODATA); PTR gets NXDOMAIN,
/// so that a reverse look-up ends at once; AXFR and IXFR are REFUSED, as is another class; any other type gets NODATA.
/// Opcodes but QUERY get NOTIMP. The question is echoed octet for octet, RD and CD are copied, RA is set; an OPT record
/// is answered with one (RFC 6891), version 0, DO copied (RFC 3225, 3), BADVERS for another version.
///
/// Nothing for what may not be answered: a response, or fewer octets than a header. A query that cannot be read, that
/// does not have exactly one question (RFC 9619, 4) or has more than one OPT record gets FORMERR.
std::optional<std::vector<std::byte>> answer_query(Bytes query, const AnswerPolicy& policy);

}  // namespace waybill::dns
