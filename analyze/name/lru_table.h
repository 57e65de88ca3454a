#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "analyze/name/hash_index.h"
#include "base/huge_pages.h"

namespace waybill {

/// A bounded map that forgets the entry not used for longest. What goes first depends on the order of use alone.
/// `Hash` gives a key's std::uint32_t.
template <typename Key, typename Value, typename Hash>
class LruTable {
public:
    explicit LruTable(std::size_t bound) : bound_{static_cast<std::uint32_t>(bound == 0 ? 1 : bound)} {}

    /// The key's value, which counts as a use; null without one. Valid until the table changes.
    Value* use(const Key& key)
    {
        const std::uint32_t slot = find(key, hash_(key));
        if (slot == HashIndex::none)
            return nullptr;
        touch(slot);
        return &slots_[slot].value;
    }

    /// The key's value without counting as a use.
    const Value* peek(const Key& key) const
    {
        const std::uint32_t slot = find(key, hash_(key));
        return slot == HashIndex::none ? nullptr : &slots_[slot].value;
    }

    /// The key's value, made if there is none; where the bound is reached, the entry not used for longest goes, and
    /// `forget(Value&)` is told. A use.
    template <typename Forget>
    Value& use_or_add(const Key& key, Forget&& forget)
    {
        const std::uint32_t hash = hash_(key);
        std::uint32_t slot = find(key, hash);
        if (slot != HashIndex::none) {
            touch(slot);
            return slots_[slot].value;
        }
        if (slots_.size() < bound_) {
            slot = static_cast<std::uint32_t>(slots_.size());
            slots_.emplace_back();
        } else {
            slot = oldest_;
            forget(slots_[slot].value);
            index_.erase(hash_(slots_[slot].key), slot);
            unlink(slot);
            slots_[slot].value = Value{};
        }
        slots_[slot].key = key;
        index_.insert(hash, slot);
        link_newest(slot);
        return slots_[slot].value;
    }

    std::size_t size() const { return slots_.size(); }

private:
    struct Slot {
        Key key{};
        Value value{};
        std::uint32_t newer = HashIndex::none;
        std::uint32_t older = HashIndex::none;
    };

    std::uint32_t find(const Key& key, std::uint32_t hash) const
    {
        return index_.find(hash, [&](std::uint32_t slot) { return slots_[slot].key == key; });
    }

    void touch(std::uint32_t slot)
    {
        if (slot == newest_)
            return;
        unlink(slot);
        link_newest(slot);
    }

    void unlink(std::uint32_t slot)
    {
        const Slot& gone = slots_[slot];
        (gone.newer == HashIndex::none ? newest_ : slots_[gone.newer].older) = gone.older;
        (gone.older == HashIndex::none ? oldest_ : slots_[gone.older].newer) = gone.newer;
    }

    void link_newest(std::uint32_t slot)
    {
        slots_[slot].newer = HashIndex::none;
        slots_[slot].older = newest_;
        (newest_ == HashIndex::none ? oldest_ : slots_[newest_].newer) = slot;
        newest_ = slot;
    }

    Hash hash_;
    HashIndex index_;
    std::vector<Slot, HugePageAllocator<Slot>> slots_;
    std::uint32_t bound_;
    std::uint32_t newest_ = HashIndex::none;
    std::uint32_t oldest_ = HashIndex::none;
};

}  // namespace waybill
