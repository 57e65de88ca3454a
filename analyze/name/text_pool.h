#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "analyze/name/hash_index.h"
#include "base/cursor.h"
#include "model/shared_text.h"

namespace waybill {

/// Gives equal texts one copy. Bounded: when full it starts anew, and who holds a text keeps it.
class TextPool {
public:
    static constexpr std::size_t max_texts = 65'536;

    /// The text, shared with everyone who asked for the same since the pool last started anew.
    SharedText share(std::string_view text) { return share(text, hash_of(text)); }

    /// The same in steps, some time apart, for who knows early what it will ask for: look() asks for the place where
    /// the text stands, fetch() for the text. Both take what hash_of() gave.
    std::uint32_t hash_of(std::string_view text) const { return hash_(as_octets(text)); }
    void look(std::uint32_t hash) const { __builtin_prefetch(&places_[hash & (places_.size() - 1)]); }
    void fetch(std::uint32_t hash) const { places_[hash & (places_.size() - 1)].text.fetch(); }
    SharedText share(std::string_view text, std::uint32_t hash);

    std::size_t size() const { return size_; }

private:
    /// Hash and text stand together, so that a text is found with one look at memory that is cold.
    struct Place {
        std::uint32_t hash = 0;
        SharedText text;  // empty: free
    };
    using Places = std::vector<Place>;
    static constexpr std::size_t first_places = 16;

    std::size_t find(std::string_view text, std::uint32_t hash) const;
    void make_room();

    KeyedHash hash_;
    Places places_ = Places(first_places);  // open addressing: a power of two, at most half in use
    std::size_t size_ = 0;
};

}  // namespace waybill
