#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyze/name/hash_index.h"
#include "base/cursor.h"

namespace waybill {

/// Values by keys of octets. Bounded: when full it starts anew.
template <typename Value>
class KeyedCache {
public:
    explicit KeyedCache(std::size_t bound) : bound_{bound} {}

    /// The key's value, which `make()` gives where there is none; valid until the next call.
    template <typename Make>
    const Value& find_or_make(std::string_view key, Make make)
    {
        const std::uint32_t hash = hash_(as_octets(key));
        const std::uint32_t slot = index_.find(hash, [&](std::uint32_t at) { return key_of(entries_[at]) == key; });
        if (slot != HashIndex::none)
            return entries_[slot].value;
        return add(key, hash, make());
    }

    std::size_t size() const { return entries_.size(); }

private:
    struct Entry {
        std::size_t key = 0;  ///< where it begins among the keys
        std::size_t key_octets = 0;
        Value value;
    };

    std::string_view key_of(const Entry& entry) const
    {
        return std::string_view{keys_}.substr(entry.key, entry.key_octets);
    }
    const Value& add(std::string_view key, std::uint32_t hash, Value value)
    {
        if (entries_.size() >= bound_) {
            index_ = {};
            entries_.clear();
            keys_.clear();
        }
        index_.insert(hash, static_cast<std::uint32_t>(entries_.size()));
        entries_.push_back({keys_.size(), key.size(), std::move(value)});
        keys_ += key;
        return entries_.back().value;
    }

    std::size_t bound_;
    KeyedHash hash_;
    HashIndex index_;
    std::vector<Entry> entries_;
    std::string keys_;  // one behind the other
};

}  // namespace waybill
