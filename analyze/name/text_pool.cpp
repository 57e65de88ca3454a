#include "analyze/name/text_pool.h"

#include <utility>

namespace waybill {

/// Where the text stands, or else the free place for it.
std::size_t TextPool::find(std::string_view text, std::uint32_t hash) const
{
    const std::size_t mask = places_.size() - 1;
    std::size_t at = hash & mask;
    while (!places_[at].text.empty() && (places_[at].hash != hash || places_[at].text != text))  // half are free
        at = (at + 1) & mask;
    return at;
}

SharedText TextPool::share(std::string_view text, std::uint32_t hash)
{
    if (text.empty())
        return {};
    std::size_t at = find(text, hash);
    if (!places_[at].text.empty())
        return places_[at].text;
    if ((size_ + 1) * 2 > places_.size()) {
        make_room();
        at = find(text, hash);
    }
    ++size_;
    places_[at] = {hash, text};
    return places_[at].text;
}

void TextPool::make_room()
{
    const bool is_full = size_ >= max_texts;
    Places old = std::exchange(places_, Places(is_full ? first_places : places_.size() * 2));
    size_ = is_full ? 0 : size_;
    if (is_full)
        return;
    for (Place& place : old) {
        if (place.text.empty())
            continue;
        const std::size_t at = find(place.text.text(), place.hash);
        places_[at] = std::move(place);
    }
}

}  // namespace waybill
