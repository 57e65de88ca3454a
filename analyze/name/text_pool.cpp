#include "analyze/name/text_pool.h"

namespace waybill {

SharedText TextPool::share(std::string_view text)
{
    const std::uint32_t hash = hash_(as_octets(text));
    const std::uint32_t known = index_.find(hash, [&](std::uint32_t slot) { return texts_[slot] == text; });
    if (known != HashIndex::none)
        return texts_[known];
    if (texts_.size() >= max_texts) {
        index_ = {};
        texts_.clear();
    }
    index_.insert(hash, static_cast<std::uint32_t>(texts_.size()));
    return texts_.emplace_back(text);
}

}  // namespace waybill
