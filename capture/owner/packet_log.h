#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "capture/owner/kernel_owners.h"
#include "capture/owner/loopback_twins.h"
#include "capture/owner/process_facts.h"
#include "capture/pcapng_writer.h"
#include "capture/recorder.h"

namespace waybill {

/// Writes the packets of watched sockets into a pcapng file, as IP packets without a link layer, each interface by its
/// name in the caller's network namespace, or by its number in another one.
class PacketLog {
public:
    /// `file` is empty and open for writing; `section` is what it tells of its making.
    static std::expected<PacketLog, CaptureError> create(FileDescriptor file, const PcapngSection& section,
                                                         Trimmer trimmer);

    void add(const KernelPacket& packet);

    /// Hands what is written so far to the operating system.
    void flush();
    bool has_unflushed() const { return writer_.has_unflushed(); }

    /// Writes the statistics and ends the file. Losses are of all interfaces together, and stand with the first.
    std::vector<RecordedInterface> finish(const KernelLosses& losses, Timestamp now);

    /// Second sights of packets over the loopback interface, which are not written.
    const Traffic& recorded_once() const { return recorded_once_; }

    /// Why writing failed, once it has; nothing is written from then on.
    const std::optional<std::string>& failure() const { return failure_; }

private:
    struct Interface {
        PcapngInterfaceId id{};
        bool is_in_file = true;  ///< it is not where writing had failed before its first packet
        bool is_loopback = false;
        LoopbackTwins twins;
        Timestamp first;
        RecordedInterface recorded;
    };

    PacketLog(PcapngWriter writer, Trimmer trimmer) : writer_{std::move(writer)}, trimmer_{std::move(trimmer)} {}
    std::string name_of(std::uint32_t network_namespace, std::uint32_t index) const;
    Interface& interface_of(const KernelPacket& packet);
    void check(const std::expected<void, CaptureError>& written);

    PcapngWriter writer_;
    Trimmer trimmer_;
    /// By network namespace and index. A socket whose namespace is not known (it was there before) is of the caller's.
    std::map<std::pair<std::uint32_t, std::uint32_t>, Interface> interfaces_;
    std::uint32_t own_namespace_ = read_network_namespace("self");
    Traffic recorded_once_;
    std::optional<std::string> failure_;
};

}  // namespace waybill
