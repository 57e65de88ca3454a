#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>
#include <vector>

#include "analyze/name/hash_index.h"

namespace waybill {

/// A bounded map that, when it is full, forgets an entry that was not used since it was last considered ("second
/// chance", Corbató 1968): nearly the one not used for longest, but a use touches no other entry. What goes first
/// depends on the order of adding and using alone.
///
/// `Entry` is made from its `Entry::Key`, gives it back by `key()`, compares by `is_of(key)`, and keeps a `bool used`.
/// `Hash` gives a key's std::uint32_t.
template <typename Entry, typename Hash>
class SecondChanceTable {
public:
    using Key = typename Entry::Key;

    explicit SecondChanceTable(std::size_t bound) : bound_{bound == 0 ? 1 : bound} {}

    /// Begins to look for a key: asks for where the index has it, and gives its hash.
    std::uint32_t look(const Key& key) const
    {
        const std::uint32_t hash = hash_(key);
        index_.fetch(hash);
        return hash;
    }
    /// Goes on a little later: asks for the entry.
    void fetch(std::uint32_t hash) const
    {
        if (const std::uint32_t slot = index_.first_slot(hash); slot != HashIndex::none)
            __builtin_prefetch(&entries_[slot]);
    }

    /// The key's entry, which counts as a use; null without one. Valid until the table changes.
    Entry* use(const Key& key) { return use(key, hash_(key)); }
    /// The same for who has the hash from look().
    Entry* use(const Key& key, std::uint32_t hash)
    {
        const std::uint32_t slot = find(key, hash);
        if (slot == HashIndex::none)
            return nullptr;
        entries_[slot].used = true;
        return &entries_[slot];
    }

    /// The key's entry without counting as a use.
    const Entry* peek(const Key& key) const
    {
        const std::uint32_t slot = find(key, hash_(key));
        return slot == HashIndex::none ? nullptr : &entries_[slot];
    }

    /// The key's entry, made if there is none, which is no use yet; where the bound is reached, another one goes, and
    /// `forget(const Entry&)` is told.
    template <typename Forget>
    Entry& use_or_add(const Key& key, Forget&& forget)
    {
        const std::uint32_t hash = hash_(key);
        std::uint32_t slot = find(key, hash);
        if (slot != HashIndex::none) {
            entries_[slot].used = true;
            return entries_[slot];
        }
        if (entries_.size() < bound_) {
            make_room();
            slot = static_cast<std::uint32_t>(entries_.size());
            entries_.emplace_back(key);
        } else {
            slot = next_to_go();
            forget(std::as_const(entries_[slot]));
            index_.erase(hash_(entries_[slot].key()), slot);
            entries_[slot] = Entry{key};
        }
        index_.insert(hash, slot);
        return entries_[slot];
    }

    std::size_t size() const { return entries_.size(); }

private:
    std::uint32_t find(const Key& key, std::uint32_t hash) const
    {
        return index_.find(hash, [&](std::uint32_t slot) { return entries_[slot].is_of(key); });
    }

    /// Many entries get room for all that there can be, so that they are not moved again: a page of it costs nothing
    /// until it is touched. Where so much is not granted, the room grows as any vector's.
    void make_room()
    {
        constexpr std::size_t many = 4096;
        if (entries_.size() != many)
            return;
        try {
            entries_.reserve(bound_);
        } catch (const std::bad_alloc&) {
            return;
        }
    }

    /// Each look takes a chance away, so it ends within one round; every use pays for one look.
    std::uint32_t next_to_go()
    {
        while (true) {
            const auto slot = static_cast<std::uint32_t>(hand_);
            hand_ = hand_ + 1 == entries_.size() ? 0 : hand_ + 1;
            if (!std::exchange(entries_[slot].used, false))
                return slot;
        }
    }

    Hash hash_;
    HashIndex index_;
    std::vector<Entry> entries_;
    std::size_t bound_;
    std::size_t hand_ = 0;  // the entry considered next
};

}  // namespace waybill
