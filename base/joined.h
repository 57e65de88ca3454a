#pragma once

#include <ranges>
#include <string>
#include <string_view>

namespace waybill {

/// Texts in one, with `between` between each two.
template <std::ranges::input_range Texts>
std::string joined(const Texts& texts, std::string_view between)
{
    std::string whole;
    bool is_first = true;
    for (const auto& text : texts) {
        if (!is_first)
            whole += between;
        is_first = false;
        whole += text;
    }
    return whole;
}

}  // namespace waybill
