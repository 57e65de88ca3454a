#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "capture/interface_counts.h"
#include "model/packet.h"
#include "model/traffic.h"

namespace waybill {

/// What interfaces count while they are captured, whatever becomes of the captured packets.
class InterfaceTraffic {
public:
    /// Before the capture of an interface, or of `any`, is opened. Nothing where the counts cannot be read.
    static std::optional<InterfaceTraffic> begin(const std::string& name);

    /// The capture is open: what was counted between begin() and now may be in it or not.
    void opened();

    /// The same once more for an interface that counts later than it is captured, such as one whose other end a program
    /// reads: waits until it has counted what was sent through it before, as far as IPv6 tells that (neighbour and
    /// multicast listener discovery are what an interface sends as it comes up), but not for longer than half a second.
    void await_opened();

    /// A captured frame. One that is longer than the wire carries was merged by the kernel of several, which the
    /// interface may have counted each.
    void note_frame(const Packet& packet);

    /// What is counted by now will be captured by the time of finish(); may be called again.
    void settle();

    /// What was counted between begin() and now, of which the capture lost `dropped` packets. Nothing where an
    /// interface has gone, or counts frames of a kind that is not known.
    std::optional<KernelCounter> finish(std::uint64_t dropped) const;

    /// Frames that were counted each way between begin() and now. Nothing where that cannot be read.
    std::optional<std::uint64_t> frames() const;

    /// By how much merged frames may stand for more than they are.
    const Traffic& merged() const { return merged_; }

private:
    using Table = std::vector<InterfaceCounts>;

    InterfaceTraffic(std::string name, InterfaceTable table) : name_{std::move(name)}, table_{std::move(table)} {}
    bool add(KernelCounter& counter, const InterfaceCounts& now) const;
    bool has_counted_requests(const Table& counts) const;

    std::string name_;
    InterfaceTable table_;
    std::uint64_t mtu_ = 0;
    Table before_;
    Table opened_;
    Table settled_;
    Traffic merged_;
};

}  // namespace waybill
