#pragma once

#include <cstddef>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "base/hex.h"

namespace waybill::test {

/// Octets from hexadecimal text with spaces and bars, as the tests write them; a slip in a test throws.
inline std::vector<std::byte> hex(std::string_view digits)
{
    auto octets = from_hex(digits);
    if (!octets)
        throw std::invalid_argument("a test's octets are not hexadecimal");
    return *std::move(octets);
}

}  // namespace waybill::test
