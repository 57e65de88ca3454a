#pragma once

#include <cstddef>
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

    /// The key's value, null without one; valid until the next add().
    const Value* find(std::string_view key) const
    {
        const std::uint32_t slot =
            index_.find(hash_(as_octets(key)), [&](std::uint32_t at) { return entries_[at].first == key; });
        return slot == HashIndex::none ? nullptr : &entries_[slot].second;
    }

    /// Adds a key that is not there.
    void add(std::string_view key, Value value)
    {
        if (entries_.size() >= bound_) {
            index_ = {};
            entries_.clear();
        }
        index_.insert(hash_(as_octets(key)), static_cast<std::uint32_t>(entries_.size()));
        entries_.emplace_back(key, std::move(value));
    }

    std::size_t size() const { return entries_.size(); }

private:
    std::size_t bound_;
    KeyedHash hash_;
    HashIndex index_;
    std::vector<std::pair<std::string, Value>> entries_;
};

}  // namespace waybill
