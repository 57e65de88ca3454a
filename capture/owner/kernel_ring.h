#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <system_error>

#include "base/cursor.h"

struct ring_buffer;

namespace waybill {

/// The reading end of a ring of records in the kernel (Linux Documentation/bpf/ringbuf.rst).
class KernelRing {
public:
    /// `map` is of type BPF_MAP_TYPE_RINGBUF; it is borrowed for the ring's life.
    static std::expected<KernelRing, std::error_code> open(int map);

    int descriptor() const;  ///< can be read when records wait; borrowed

    /// What is done with a record, which lives for the call; false leaves those behind it for another read().
    using Receive = std::function<bool(Bytes record)>;

    /// Hands on what waits, and what is added meanwhile, in the order in which it was begun to be written. Each record
    /// is given once. Where records are added faster than they are received, only `receive` ends it.
    std::error_code read(const Receive& receive);

private:
    struct Close {
        void operator()(ring_buffer* buffer) const;
    };

    KernelRing() : receive_{std::make_unique<const Receive*>(nullptr)} {}
    static int deliver(void* context, void* record, std::size_t octets);

    std::unique_ptr<const Receive*> receive_;  // the callback knows its place; only within read()
    std::unique_ptr<ring_buffer, Close> buffer_;
};

}  // namespace waybill
