#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "base/cursor.h"

namespace waybill {

using Sha256 = std::array<std::byte, 32>;
using Md5 = std::array<std::byte, 16>;
using Sha1 = std::array<std::byte, 20>;

/// SHA-256 (FIPS 180-4). Throws std::runtime_error when libcrypto refuses.
Sha256 sha256(Bytes octets);

/// MD5 (RFC 1321), for JA3 only: it identifies, it protects nothing.
Md5 md5(Bytes octets);

/// SHA-1 (FIPS 180-4), for Community IDs only: it identifies, it protects nothing.
Sha1 sha1(Bytes octets);

/// SHA-256 as 64 lower-case hexadecimal digits.
std::string sha256_hex(Bytes octets);

}  // namespace waybill
