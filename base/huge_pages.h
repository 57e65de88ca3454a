#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>

namespace waybill {

/// Allocates like std::allocator, but large runs in pages of 2 MiB where the system grants them (madvise(2),
/// MADV_HUGEPAGE): tables that are read at random cost a walk through the page tables for nearly every look otherwise,
/// and twice that in a virtual machine. Where it does not, nothing is lost but alignment.
template <typename T>
class HugePageAllocator {
public:
    using value_type = T;

    static constexpr std::size_t page_octets = 2UL << 20U;
    static constexpr std::size_t reserve_octets = 32UL * page_octets;  ///< more is not meant to be used up

    HugePageAllocator() = default;
    template <typename Other>
    // Allocators convert into each other ([allocator.requirements]).
    // NOLINTNEXTLINE(google-explicit-constructor, hicpp-explicit-conversions)
    HugePageAllocator(const HugePageAllocator<Other>&)
    {
    }

    T* allocate(std::size_t count)
    {
        if (!is_large(count))
            return std::allocator<T>{}.allocate(count);
        const std::size_t octets = (count * sizeof(T) + page_octets - 1) / page_octets * page_octets;
        // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): what an allocator gives is owned by its container
        void* const run = std::aligned_alloc(page_octets, octets);
        if (run == nullptr)
            throw std::bad_alloc{};
        // Advice: when it is refused, the memory is as good. Room that is reserved for the most that there can be
        // begins with pages of the usual size, for mostly a few are touched.
        const std::size_t plain = octets >= reserve_octets ? page_octets : 0;
        // NOLINTNEXTLINE(cppcoreguidelines-pro-bounds-pointer-arithmetic): within what was allocated
        ::madvise(static_cast<std::byte*>(run) + plain, octets - plain, MADV_HUGEPAGE);
        return static_cast<T*>(run);
    }
    void deallocate(T* run, std::size_t count)
    {
        if (is_large(count))
            std::free(run);  // NOLINT(cppcoreguidelines-no-malloc, cppcoreguidelines-owning-memory): likewise
        else
            std::allocator<T>{}.deallocate(run, count);
    }

    friend bool operator==(const HugePageAllocator&, const HugePageAllocator&) = default;

private:
    static bool is_large(std::size_t count) { return count >= page_octets / sizeof(T); }
};

}  // namespace waybill
