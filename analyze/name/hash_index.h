#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/cursor.h"
#include "base/huge_pages.h"

namespace waybill {

/// A keyed hash for the tables here. The key differs from run to run, so that traffic cannot be made to collide; no
/// result depends on it.
class KeyedHash {
public:
    KeyedHash();
    std::uint32_t operator()(Bytes octets) const;
    std::uint32_t operator()(std::span<const std::uint64_t> words) const;

private:
    std::uint64_t key_;
};

/// Maps hashes to slot numbers of a table kept elsewhere: open addressing, 16 octets an entry at the fullest, and the
/// table's keys are touched only where 32 bits of hash agree.
class HashIndex {
public:
    static constexpr std::uint32_t none = 0xffffffff;

    HashIndex() : places_(min_places) {}

    /// The slot for which `matches(slot)` is true among those with this hash; `none` without one.
    template <typename Matches>
    std::uint32_t find(std::uint32_t hash, Matches&& matches) const
    {
        const std::span<const Place> places{places_};
        for (std::size_t at = hash & mask(); places[at].slot != none; at = (at + 1) & mask()) {  // half are empty
            if (places[at].hash == hash && matches(places[at].slot))
                return places[at].slot;
        }
        return none;
    }

    /// Asks for the memory where find() will begin.
    void fetch(std::uint32_t hash) const { __builtin_prefetch(&places_[hash & mask()]); }

    /// The first slot with this hash, which find() is going to look at; `none` without one.
    std::uint32_t first_slot(std::uint32_t hash) const
    {
        return find(hash, [](std::uint32_t) { return true; });
    }

    void insert(std::uint32_t hash, std::uint32_t slot);
    void erase(std::uint32_t hash, std::uint32_t slot);  ///< does nothing where it does not stand
    std::size_t size() const { return size_; }

private:
    struct Place {
        std::uint32_t hash = 0;
        std::uint32_t slot = none;
    };
    using Places = std::vector<Place, HugePageAllocator<Place>>;
    static constexpr std::size_t min_places = 16;

    std::size_t mask() const { return places_.size() - 1; }
    void put(Place place);
    void grow();

    Places places_;  // a power of two of them, at most half in use
    std::size_t size_ = 0;
};

}  // namespace waybill
