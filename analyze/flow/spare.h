#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace waybill {

/// Objects that were used and may be used again: what every other flow needs for a moment need not be asked of the
/// allocator each time. Bounded.
template <typename Object>
class Spare {
public:
    static constexpr std::size_t max_kept = 4096;

    /// One that was used before, else a new one.
    std::unique_ptr<Object> take()
    {
        if (kept_.empty())
            return std::make_unique<Object>();
        std::unique_ptr<Object> object = std::move(kept_.back());
        kept_.pop_back();
        return object;
    }
    /// Takes one back, which holds nothing of its user any more.
    void give_back(std::unique_ptr<Object> object)
    {
        if (kept_.size() < max_kept)
            kept_.push_back(std::move(object));
    }

private:
    std::vector<std::unique_ptr<Object>> kept_;
};

}  // namespace waybill
