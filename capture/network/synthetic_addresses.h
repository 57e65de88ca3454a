#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/address.h"

namespace waybill::contained {

/// A name that was asked for and the addresses that it was given.
struct SyntheticName {
    std::string name;  ///< lower case, no trailing dot, escaped as it was given to of()
    IpAddress ipv4;    ///< of 198.18.0.0/15 (RFC 2544)
    IpAddress ipv6;    ///< of 2001:2::/48 (RFC 5180)

    friend bool operator==(const SyntheticName&, const SyntheticName&) = default;
};

/// Gives every name an address of its own, from ranges that are reserved for tests of network equipment.
///
/// The address follows from the name's digest, so that two runs agree. A name whose place is taken gets the next free
/// one; only then does the order of the questions matter. Letter case and a trailing dot make no difference.
class SyntheticAddresses {
public:
    /// Names that get a place of their own; any further one shares the place of its digest and is counted.
    static constexpr std::size_t most_names = 65536;

    IpAddress ipv4_of(std::string_view name) { return ipv4(place_of(name)); }
    IpAddress ipv6_of(std::string_view name) { return ipv6(place_of(name)); }

    std::vector<SyntheticName> given() const;  ///< in the order of the names
    std::uint64_t beyond_bound() const { return beyond_bound_; }

private:
    std::uint32_t place_of(std::string_view name);
    static IpAddress ipv4(std::uint32_t place);
    static IpAddress ipv6(std::uint32_t place);

    std::map<std::string, std::uint32_t, std::less<>> places_;
    std::vector<bool> taken_;
    std::uint64_t beyond_bound_ = 0;
};

}  // namespace waybill::contained
