#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "analyze/name/hash_index.h"
#include "model/shared_text.h"

namespace waybill {

/// Gives equal texts one copy. Bounded: when full it starts anew, and who holds a text keeps it.
class TextPool {
public:
    static constexpr std::size_t max_texts = 65'536;

    /// The text, shared with everyone who asked for the same since the pool last started anew.
    SharedText share(std::string_view text);
    std::size_t size() const { return texts_.size(); }

private:
    KeyedHash hash_;
    HashIndex index_;
    std::vector<SharedText> texts_;
};

}  // namespace waybill
