#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace waybill {

/// Text that never changes and of which many holders have one copy: a name that thousands of flows have in common.
/// Compares by what it says. Not for sharing between threads.
class SharedText {
public:
    SharedText() = default;  ///< empty
    // Text is text: what takes a SharedText takes a literal too.
    // NOLINTNEXTLINE(google-explicit-constructor, hicpp-explicit-conversions)
    SharedText(std::string_view text) : size_{text.size()}
    {
        auto characters = std::make_shared<char[]>(text.size());  // beside its count of holders, in one piece
        std::ranges::copy(text, characters.get());
        characters_ = std::move(characters);
    }
    // NOLINTNEXTLINE(google-explicit-constructor, hicpp-explicit-conversions)
    SharedText(const std::string& text) : SharedText{std::string_view{text}} {}
    // NOLINTNEXTLINE(google-explicit-constructor, hicpp-explicit-conversions)
    SharedText(const char* text) : SharedText{std::string_view{text}} {}

    std::string_view text() const { return {characters_.get(), size_}; }

    /// Whether both are one copy: sure where it is true, and fast.
    bool is_same_copy(const SharedText& other) const { return characters_ == other.characters_; }
    /// Differs between copies that live at one time.
    std::uintptr_t copy_number() const { return std::bit_cast<std::uintptr_t>(characters_.get()); }

    friend bool operator==(const SharedText& left, const SharedText& right)
    {
        return left.is_same_copy(right) || left.text() == right.text();
    }
    friend bool operator==(const SharedText& left, std::string_view right) { return left.text() == right; }

private:
    std::shared_ptr<const char[]> characters_;
    std::size_t size_ = 0;
};

}  // namespace waybill
