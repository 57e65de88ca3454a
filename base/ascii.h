#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace waybill {

/// ASCII only: other octets stay as they are, whatever the locale.
constexpr char to_lower(char character)
{
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
}

inline std::string in_lower_case(std::string_view text)
{
    std::string lower{text};
    std::ranges::transform(lower, lower.begin(), to_lower);
    return lower;
}

constexpr bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

constexpr bool equal_ignoring_case(std::string_view left, std::string_view right)
{
    return std::ranges::equal(left, right, {}, to_lower, to_lower);
}

constexpr bool starts_with_ignoring_case(std::string_view text, std::string_view start)
{
    return text.size() >= start.size() && equal_ignoring_case(text.substr(0, start.size()), start);
}

/// `text` without spaces and horizontal tabs at its ends.
constexpr std::string_view trim(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace waybill
