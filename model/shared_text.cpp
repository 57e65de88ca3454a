#include "model/shared_text.h"

#include <algorithm>
#include <memory>
#include <new>
#include <span>

namespace waybill {

SharedText::Copy* SharedText::make(std::string_view text)
{
    // NOLINTBEGIN(cppcoreguidelines-owning-memory, cppcoreguidelines-pro-*)
    void* const room = ::operator new(sizeof(Copy) + text.size());
    Copy* const copy = std::construct_at(static_cast<Copy*>(room), Copy{.holders = 1, .size = text.size()});
    std::ranges::uninitialized_copy(text, std::span{reinterpret_cast<char*>(copy + 1), text.size()});
    // NOLINTEND(cppcoreguidelines-owning-memory, cppcoreguidelines-pro-*)
    return copy;
}

void SharedText::destroy(Copy* copy)
{
    ::operator delete(copy);  // NOLINT(cppcoreguidelines-owning-memory): the last holder's task
}

}  // namespace waybill
