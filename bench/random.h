#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace waybill::bench {

/// Numbers that depend on the seed alone, on every machine (xoshiro256**, Blackman and Vigna, 2018; state from
/// splitmix64).
class Random {
public:
    explicit constexpr Random(std::uint64_t seed)
    {
        for (std::uint64_t& word : state_) {
            seed += 0x9e3779b97f4a7c15U;
            std::uint64_t mixed = (seed ^ seed >> 30U) * 0xbf58476d1ce4e5b9U;
            mixed = (mixed ^ mixed >> 27U) * 0x94d049bb133111ebU;
            word = mixed ^ mixed >> 31U;
        }
    }

    constexpr std::uint64_t next()
    {
        const std::uint64_t result = std::rotl(state_[1] * 5U, 7) * 9U;
        const std::uint64_t shifted = state_[1] << 17U;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= shifted;
        state_[3] = std::rotl(state_[3], 45);
        return result;
    }

    /// A number from 0 to `bound` - 1, evenly but for 2^-32 of bias.
    constexpr std::uint32_t below(std::uint32_t bound)
    {
        return static_cast<std::uint32_t>((next() >> 32U) * bound >> 32U);
    }

    constexpr std::uint32_t between(std::uint32_t low, std::uint32_t high) { return low + below(high - low + 1); }
    constexpr bool one_in(std::uint32_t count) { return below(count) == 0; }

    constexpr void fill(std::span<std::byte> octets)
    {
        std::uint64_t word = 0;
        for (std::size_t i = 0; i < octets.size(); ++i) {
            word = i % 8 == 0 ? next() : word >> 8U;
            octets[i] = static_cast<std::byte>(word & 0xffU);
        }
    }

private:
    std::array<std::uint64_t, 4> state_{};
};

}  // namespace waybill::bench
