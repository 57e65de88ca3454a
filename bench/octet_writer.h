#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/cursor.h"
#include "bench/random.h"

namespace waybill::bench {

/// Appends big-endian integers, octets and length-prefixed parts to a vector that it borrows.
class OctetWriter {
public:
    explicit OctetWriter(std::vector<std::byte>& out) : out_{&out} {}

    void u8(std::uint32_t value) { integer<1>(value); }
    void u16(std::uint32_t value) { integer<2>(value); }
    void u32(std::uint32_t value) { integer<4>(value); }
    void bytes(Bytes octets) { out_->insert(out_->end(), octets.begin(), octets.end()); }
    void text(std::string_view characters) { bytes(as_octets(characters)); }
    void fill(std::size_t count, std::byte value = {}) { out_->insert(out_->end(), count, value); }

    void random(std::size_t count, Random& random)
    {
        const std::size_t at = out_->size();
        out_->resize(at + count);
        random.fill(std::span{*out_}.subspan(at));
    }

    /// Writes a length field of `width` octets, then what `body` writes, and fills the field in.
    template <std::size_t width, typename Body>
    void prefixed(const Body& body)
    {
        const std::size_t at = out_->size();
        integer<width>(0);
        body();
        std::size_t length = out_->size() - at - width;
        for (std::size_t i = width; i > 0; --i, length >>= 8U)
            (*out_)[at + i - 1] = static_cast<std::byte>(length & 0xffU);
    }

    std::size_t size() const { return out_->size(); }

private:
    template <std::size_t width>
    void integer(std::uint32_t value)
    {
        for (std::size_t i = width; i > 0; --i)
            out_->push_back(static_cast<std::byte>(value >> 8U * (i - 1) & 0xffU));
    }

    std::vector<std::byte>* out_;  ///< borrowed from the caller for the writer's life
};

}  // namespace waybill::bench
