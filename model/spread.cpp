#include "model/spread.h"

#include <algorithm>

namespace waybill {

Spread Spread::of(std::vector<std::uint64_t> numbers)
{
    if (numbers.empty())
        return {};
    std::ranges::sort(numbers);
    return {numbers.front(), numbers[(numbers.size() - 1) / 2], numbers.back(),
            static_cast<std::uint32_t>(numbers.size())};
}

}  // namespace waybill
