#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace waybill {

constexpr std::uint32_t no_flow = 0xffffffff;  ///< in place of a flow's index

/// The flows by the second in which they may end. A flow that is seen again stays where it is, and one that is moved
/// leaves its old place behind: who takes a bucket asks each flow whether it is still meant. So a packet costs nothing
/// here, and a bucket's flows can be fetched ahead.
class TimerWheel {
public:
    static constexpr std::int64_t span_seconds = 4096;  ///< more than the longest idle time

    /// The flows of one second, in the order in which they came.
    class Bucket {
    public:
        void add(std::uint32_t flow) { flows_.push_back(flow); }
        bool empty() const { return first_ == flows_.size(); }
        std::size_t size() const { return flows_.size() - first_; }
        std::uint32_t front() const { return flows_[first_]; }
        void drop_front()
        {
            if (++first_ == flows_.size())
                *this = {};
        }
        /// The flow `ahead` places behind the front; no_flow past the end.
        std::uint32_t peek(std::size_t ahead) const { return ahead < size() ? flows_[first_ + ahead] : no_flow; }

    private:
        std::vector<std::uint32_t> flows_;
        std::size_t first_ = 0;
    };

    static std::size_t slot_of(std::int64_t second)
    {
        return static_cast<std::size_t>(second) % static_cast<std::size_t>(span_seconds);
    }

    void insert(std::uint32_t flow, std::int64_t second)
    {
        if (buckets_.empty()) [[unlikely]]
            buckets_.resize(span_seconds);
        bucket(second).add(flow);
        ++places_;
    }
    /// One of the buckets, which are there once something was inserted.
    Bucket& bucket(std::int64_t second) { return buckets_[slot_of(second)]; }

    /// Takes the front off one of the buckets, which is not empty.
    std::uint32_t take_front(Bucket& bucket)
    {
        const std::uint32_t flow = bucket.front();
        bucket.drop_front();
        --places_;
        return flow;
    }
    /// Takes everything out of a second's bucket.
    Bucket take_bucket(std::int64_t second)
    {
        if (places_ == 0)
            return {};
        Bucket taken = std::exchange(bucket(second), {});
        places_ -= taken.size();
        return taken;
    }
    void clear()
    {
        buckets_ = std::vector<Bucket>{};
        places_ = 0;
    }

    std::size_t places() const { return places_; }  ///< those that were left behind among them

    /// Takes out the places for which `is_meant(flow, slot)` is false; `slot` is the second modulo span_seconds.
    template <typename IsMeant>
    void clean(IsMeant&& is_meant)
    {
        places_ = 0;
        for (std::size_t slot = 0; slot < buckets_.size(); ++slot) {
            Bucket kept;
            for (Bucket& old = buckets_[slot]; !old.empty(); old.drop_front())
                if (is_meant(old.front(), slot))
                    kept.add(old.front());
            places_ += kept.size();
            buckets_[slot] = std::move(kept);
        }
    }

private:
    std::vector<Bucket> buckets_;  // made with the first flow: many analyses are of few
    std::size_t places_ = 0;
};

}  // namespace waybill
