#pragma once

#include <concepts>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>

namespace waybill {

/// The whole number that `value` is, for JSON that somebody else may have written: nlohmann's own
/// conversion takes 1e300, -1 and 65536 for a port, and a fraction outside the type is undefined
/// behaviour.
/// \throws std::invalid_argument when it is no whole number that `Number` holds.
template <std::integral Number, class Json>
Number whole_number(const Json& value)
{
    if (value.is_number_unsigned()) {
        if (const auto number = value.template get<std::uint64_t>(); std::in_range<Number>(number))
            return static_cast<Number>(number);
    } else if (value.is_number_integer()) {
        if (const auto number = value.template get<std::int64_t>(); std::in_range<Number>(number))
            return static_cast<Number>(number);
    }
    // A number only: writing a value of another kind goes as deep into the stack as the value is nested.
    const std::string found = value.is_number() ? value.dump() : value.type_name();
    throw std::invalid_argument("not a whole number of its range: " + found);
}

}  // namespace waybill
