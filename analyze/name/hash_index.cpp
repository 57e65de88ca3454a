#include "analyze/name/hash_index.h"

#include <cstring>
#include <utility>

#include "analyze/name/hash_seed.h"

namespace waybill {
namespace {

constexpr std::uint64_t multiplier = 0x9e3779b97f4a7c15;  // 2^64 over the golden ratio: odd, its bits well spread

std::uint64_t mix(std::uint64_t state, std::uint64_t word)
{
    state = (state ^ word) * multiplier;
    return state ^ state >> 29U;
}

template <typename Word>
std::uint64_t load(Bytes octets, std::size_t offset)
{
    Word word = 0;
    std::memcpy(&word, octets.subspan(offset, sizeof(Word)).data(), sizeof(Word));
    return word;
}

/// 1 to 8 octets as one word, each octet at least once; which word depends on their count.
std::uint64_t tail_word(Bytes octets)
{
    const std::size_t count = octets.size();
    if (count >= sizeof(std::uint32_t))
        return load<std::uint32_t>(octets, 0) << 32U | load<std::uint32_t>(octets, count - sizeof(std::uint32_t));
    return load<std::uint8_t>(octets, 0) << 16U | load<std::uint8_t>(octets, count / 2) << 8U |
           load<std::uint8_t>(octets, count - 1);
}

std::uint32_t finish(std::uint64_t state, std::uint64_t key)
{
    return static_cast<std::uint32_t>(mix(state, key) >> 32U);
}

}  // namespace

KeyedHash::KeyedHash() : key_{hash_seed()} {}

std::uint32_t KeyedHash::operator()(Bytes octets) const
{
    constexpr std::size_t word_octets = sizeof(std::uint64_t);
    std::uint64_t state = mix(key_, octets.size());
    for (; octets.size() > word_octets; octets = octets.subspan(word_octets))
        state = mix(state, load<std::uint64_t>(octets, 0));
    if (!octets.empty())
        state = mix(state, tail_word(octets));
    return finish(state, key_);
}

std::uint32_t KeyedHash::operator()(std::span<const std::uint64_t> words) const
{
    std::uint64_t state = key_;
    for (const std::uint64_t word : words)
        state = mix(state, word);
    return finish(state, key_);
}

void HashIndex::put(Place place)
{
    std::size_t at = place.hash & mask();
    while (places_[at].slot != none)  // half are empty
        at = (at + 1) & mask();
    places_[at] = place;
}

void HashIndex::grow()
{
    const auto old = std::exchange(places_, Places(places_.size() * 2));
    for (const Place& place : old) {
        if (place.slot != none)
            put(place);
    }
}

void HashIndex::insert(std::uint32_t hash, std::uint32_t slot)
{
    if (++size_ * 2 > places_.size())
        grow();
    put({hash, slot});
}

void HashIndex::erase(std::uint32_t hash, std::uint32_t slot)
{
    std::size_t hole = hash & mask();
    while (places_[hole].slot != none && places_[hole].slot != slot)  // half are empty
        hole = (hole + 1) & mask();
    if (places_[hole].slot == none)
        return;
    --size_;
    // Later ones of the run move up, unless that would put them before the place that their hash asks for.
    for (std::size_t at = (hole + 1) & mask(); places_[at].slot != none; at = (at + 1) & mask()) {
        const std::size_t home = places_[at].hash & mask();
        if (((at - home) & mask()) >= ((at - hole) & mask())) {
            places_[hole] = places_[at];
            hole = at;
        }
    }
    places_[hole] = {};
}

}  // namespace waybill
