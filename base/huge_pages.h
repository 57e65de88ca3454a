#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>

namespace waybill {

/// Allocates like std::allocator, but whole pages of 2 MiB where they are filled, if the system grants them
/// (madvise(2), MADV_HUGEPAGE). For tables that are read at random: each look would walk through the page tables, and
/// twice in a virtual machine. Not for what is written once and read soon: a fresh page of this size costs more than
/// 512 others where the host has to find them first.
template <typename T>
class HugePageAllocator {
public:
    using value_type = T;

    static constexpr std::size_t page_octets = 2UL << 20U;

    HugePageAllocator() = default;
    template <typename Other>
    // Allocators convert into each other ([allocator.requirements]).
    // NOLINTNEXTLINE(google-explicit-constructor, hicpp-explicit-conversions)
    HugePageAllocator(const HugePageAllocator<Other>&)
    {
    }

    /// Throws std::bad_alloc, as any allocator.
    T* allocate(std::size_t count)
    {
        if (!fills_a_page(count))
            return std::allocator<T>{}.allocate(count);
        const std::size_t octets = (count * sizeof(T) + page_octets - 1) / page_octets * page_octets;
        // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): what an allocator gives is owned by its container
        void* const run = std::aligned_alloc(page_octets, octets);
        if (run == nullptr)
            throw std::bad_alloc{};
        ::madvise(run, octets, MADV_HUGEPAGE);  // advice: where it is refused, the memory is as good
        return static_cast<T*>(run);
    }
    void deallocate(T* run, std::size_t count)
    {
        if (fills_a_page(count))
            std::free(run);  // NOLINT(cppcoreguidelines-no-malloc, cppcoreguidelines-owning-memory): likewise
        else
            std::allocator<T>{}.deallocate(run, count);
    }

    friend bool operator==(const HugePageAllocator&, const HugePageAllocator&) = default;

private:
    static bool fills_a_page(std::size_t count) { return count >= page_octets / sizeof(T); }
};

}  // namespace waybill
