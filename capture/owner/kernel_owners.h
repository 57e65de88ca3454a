#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/owner/kernel_events.h"
#include "capture/owner/kernel_ring.h"
#include "capture/owner/owner_losses.h"
#include "capture/owner/process_choice.h"
#include "model/traffic.h"

struct bpf_link;
struct bpf_object;
struct kernel_counts;  // NOLINT(readability-identifier-naming): as C has it

namespace waybill {

struct KernelOwnersOptions {
    /// Descriptor of a folder of the cgroup v2 hierarchy: its sockets are watched, and the processes that begin there.
    int cgroup = -1;
    /// Of a running host: which of its processes are meant. Their sockets that are there already are told first.
    /// Nothing: the processes that will begin in the cgroup.
    std::optional<ProcessChoice> running;
    std::uint32_t interface = 0;  ///< index: only packets through this one; 0: through any
    std::uint32_t snaplen = 0;    ///< octets of each packet of the cgroup's sockets; 0: packets are not wanted
    /// Of each of the kernel's tables of what is followed and what was told; by default as many as the program says.
    std::optional<std::uint32_t> most_entries;
    /// How events get their time. From one reading of the clocks: one that is set during the recording moves no event,
    /// nor the packets of the cgroup's sockets. Or by UTC as it is then, as who records packets elsewhere does: a clock
    /// that is adjusted moves both alike.
    enum class Times : std::uint8_t { from_one_reading, as_utc_goes } times = Times::from_one_reading;
};

/// Whose sockets and packets are, told by programs in the kernel (owner.bpf.c) that watch a cgroup and the processes in
/// it. They change nothing and go when this object, or the process, does. Needs CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN
/// while it is opened, and none afterwards.
class KernelOwners {
public:
    /// The most octets that a packet is given with.
    static constexpr std::uint32_t most_snaplen = 4096;

    /// Loads and attaches. The error says what the kernel refused and what would mend it; single hooks that it refuses
    /// are no error (refused()), but nothing at all is.
    static std::expected<KernelOwners, std::string> open(const KernelOwnersOptions& options);

    KernelOwners(KernelOwners&&) noexcept;
    KernelOwners& operator=(KernelOwners&&) noexcept;
    KernelOwners(const KernelOwners&) = delete;
    KernelOwners& operator=(const KernelOwners&) = delete;
    ~KernelOwners();

    /// One of them can be read when events or packets wait; borrowed.
    std::array<int, 2> descriptors() const { return {events_->descriptor(), packets_->descriptor()}; }

    /// What read() hands on, in the order in which the kernel tells it. What is borrowed lives for the call.
    struct Receivers {
        std::function<void(OwnerEvent)> event;
        std::function<void(const KernelPacket&)> packet;
    };

    /// Hands on what waits now, events before packets: what comes while it is handed on waits for another read(), for
    /// the kernel may tell more in a moment than is received in it. The error is a record that could not be read.
    std::expected<void, std::string> read(const Receivers& receivers);

    const std::vector<RefusedHook>& refused() const { return refused_; }
    KernelLosses losses() const;
    /// Packets of the cgroup's sockets since open(), counted before they take the way that read() is the end of.
    struct BothWays {
        Traffic out;
        Traffic in;

        friend bool operator==(const BothWays&, const BothWays&) = default;
    };
    BothWays traffic() const;
    const BootClock& clock() const { return clock_; }
    /// The time as events that happen now have it.
    Timestamp now() const { return clock_of_events_.now(); }

private:
    struct Close {
        void operator()(bpf_object* object) const;
        void operator()(bpf_link* link) const;
        void operator()(const kernel_counts* counts) const;
    };
    using Object = std::unique_ptr<bpf_object, Close>;
    using Link = std::unique_ptr<bpf_link, Close>;

    KernelOwners();
    std::expected<void, std::string> load(const KernelOwnersOptions& options);
    std::expected<void, std::string> attach(int cgroup);
    void begin_with_running(const ProcessChoice& choice);
    std::expected<void, std::string> open_buffers();
    std::expected<void, std::string> map_counts();
    std::expected<void, std::string> read_events(const Receivers& receivers);
    std::expected<void, std::string> read_packets(const Receivers& receivers);

    KernelOwnersOptions::Times times_ = KernelOwnersOptions::Times::from_one_reading;
    BootClock clock_;
    BootClock clock_of_events_;  // as it is now, where UTC is followed
    Object object_;
    std::vector<Link> links_;
    std::vector<std::byte> existing_;  // events that are told first
    std::optional<KernelRing> events_;
    std::optional<KernelRing> packets_;
    std::unique_ptr<const kernel_counts, Close> counts_;  // the kernel's own, mapped: reading them needs no right
    std::vector<RefusedHook> refused_;
    std::uint64_t unfollowed_ = 0;  // processes that were there, for which there was no room
};

}  // namespace waybill
