#pragma once

#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "capture/owner/owner_event.h"

namespace waybill::test {

/// The events of one kind, each with what it says.
template <typename What>
std::vector<std::pair<OwnerEvent, What>> events_of(std::span<const OwnerEvent> events)
{
    std::vector<std::pair<OwnerEvent, What>> found;
    for (const OwnerEvent& event : events)
        if (const auto* what = std::get_if<What>(&event.what))
            found.emplace_back(event, *what);
    return found;
}

}  // namespace waybill::test
