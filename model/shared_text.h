#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace waybill {

/// Text that never changes and of which many holders have one copy: a name that thousands of flows have in common.
/// Compares by what it says. As small as a pointer, its count of holders beside its characters: who looks at one has
/// fetched the other. Not for sharing between threads.
class SharedText {
public:
    SharedText() = default;  ///< empty
    // Text is text: what takes a SharedText takes a literal too.
    // NOLINTNEXTLINE(google-explicit-constructor, hicpp-explicit-conversions)
    SharedText(std::string_view text) : copy_{text.empty() ? nullptr : make(text)} {}
    // NOLINTNEXTLINE(google-explicit-constructor, hicpp-explicit-conversions)
    SharedText(const std::string& text) : SharedText{std::string_view{text}} {}
    // NOLINTNEXTLINE(google-explicit-constructor, hicpp-explicit-conversions)
    SharedText(const char* text) : SharedText{std::string_view{text}} {}

    SharedText(const SharedText& other) : copy_{other.copy_}
    {
        if (copy_ != nullptr)
            ++copy_->holders;
    }
    SharedText(SharedText&& other) noexcept : copy_{std::exchange(other.copy_, nullptr)} {}
    SharedText& operator=(const SharedText& other) { return *this = SharedText{other}; }
    SharedText& operator=(SharedText&& other) noexcept
    {
        std::swap(copy_, other.copy_);
        return *this;
    }
    ~SharedText()
    {
        if (copy_ != nullptr && --copy_->holders == 0)
            destroy(copy_);
    }

    std::string_view text() const { return copy_ == nullptr ? std::string_view{} : characters(copy_); }
    bool empty() const { return copy_ == nullptr; }

    /// Asks for its memory, so that it is there when it is read a little later.
    void fetch() const { __builtin_prefetch(copy_); }

    /// Whether both are one copy: sure where it is true, and fast.
    bool is_same_copy(const SharedText& other) const { return copy_ == other.copy_; }
    /// Differs between copies that live at one time.
    std::uintptr_t copy_number() const { return std::bit_cast<std::uintptr_t>(copy_); }

    friend bool operator==(const SharedText& left, const SharedText& right)
    {
        return left.is_same_copy(right) || left.text() == right.text();
    }
    friend bool operator==(const SharedText& left, std::string_view right) { return left.text() == right; }

private:
    /// In front of the characters, in one piece of memory.
    struct Copy {
        std::uint64_t holders;
        std::uint64_t size;
    };
    static Copy* make(std::string_view text);
    static void destroy(Copy* copy);
    static std::string_view characters(const Copy* copy)
    {
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast, cppcoreguidelines-pro-bounds-pointer-arithmetic)
        return {reinterpret_cast<const char*>(copy + 1), copy->size};
    }

    Copy* copy_ = nullptr;
};

}  // namespace waybill
