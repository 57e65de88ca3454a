#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::evidence {

/// A time-stamp of a seal (RFC 3161), held against it.
struct CheckedTimestamp {
    std::string at;           ///< RFC 3339, in UTC, as the authority says
    bool is_trusted = false;  ///< its signature leads to roots that were given

    friend bool operator==(const CheckedTimestamp&, const CheckedTimestamp&) = default;
};

/// A request for a time-stamp of these octets, in DER: what `openssl ts -reply` and every authority take. It asks for
/// the authority's certificate and carries a nonce. Throws std::runtime_error when libcrypto refuses.
std::string timestamp_request(std::string_view octets);

/// Holds a response (DER) against the octets that it must be of. With `roots`, certificates in PEM, its signature must
/// lead to one of them, as valid at the time that it tells. The error says what is wrong.
std::expected<CheckedTimestamp, std::string> check_timestamp(std::string_view response, std::string_view octets,
                                                             const std::optional<std::string>& roots);

}  // namespace waybill::evidence
