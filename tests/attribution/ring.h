#pragma once

#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstring>

#include "tests/attribution/checked.h"

/// io_uring(7) with one request at a time, by the system calls alone.
class Ring {
public:
    Ring()
    {
        descriptor_ = static_cast<int>(checked(::syscall(SYS_io_uring_setup, 4, &parameters_), "io_uring_setup"));
        submissions_ =
            map(parameters_.sq_off.array + parameters_.sq_entries * sizeof(std::uint32_t), IORING_OFF_SQ_RING);
        completions_ = map(parameters_.cq_off.cqes + parameters_.cq_entries * sizeof(io_uring_cqe), IORING_OFF_CQ_RING);
        entries_ = map(parameters_.sq_entries * sizeof(io_uring_sqe), IORING_OFF_SQES);
    }

    int run(const io_uring_sqe& entry)
    {
        auto* const tail = at(submissions_, parameters_.sq_off.tail);
        const std::uint32_t slot = *tail & *at(submissions_, parameters_.sq_off.ring_mask);
        std::memcpy(entries_ + slot * sizeof entry, &entry, sizeof entry);
        at(submissions_, parameters_.sq_off.array)[slot] = slot;
        std::atomic_ref{*tail}.store(*tail + 1, std::memory_order_release);
        checked(::syscall(SYS_io_uring_enter, descriptor_, 1, 1, IORING_ENTER_GETEVENTS, nullptr, 0), "io_uring_enter");
        auto* const head = at(completions_, parameters_.cq_off.head);
        io_uring_cqe completion{};
        const std::uint32_t done = *head & *at(completions_, parameters_.cq_off.ring_mask);
        std::memcpy(&completion, completions_ + parameters_.cq_off.cqes + done * sizeof completion, sizeof completion);
        std::atomic_ref{*head}.store(*head + 1, std::memory_order_release);
        return completion.res;
    }

private:
    char* map(std::size_t octets, std::uint64_t offset) const
    {
        void* const mapped = ::mmap(nullptr, octets, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, descriptor_,
                                    static_cast<off_t>(offset));
        if (mapped == MAP_FAILED)
            stop("mmap");
        return static_cast<char*>(mapped);
    }
    static std::uint32_t* at(char* ring, std::uint32_t offset)
    {
        return reinterpret_cast<std::uint32_t*>(ring + offset);
    }

    io_uring_params parameters_{};
    int descriptor_ = -1;
    char* submissions_ = nullptr;
    char* completions_ = nullptr;
    char* entries_ = nullptr;
};
