#pragma once

#include <chrono>
#include <expected>
#include <string>

#include "base/cursor.h"
#include "capture/owner/owner_event.h"
#include "model/packet.h"

namespace waybill {

/// Turns the kernel's time since boot (CLOCK_BOOTTIME) into UTC, by both clocks read at one moment, to a microsecond.
class BootClock {
public:
    static BootClock read();
    explicit BootClock(Timestamp boot) : boot_{boot} {}

    Timestamp at(std::chrono::nanoseconds since_boot) const { return boot_ + since_boot; }
    Timestamp boot() const { return boot_; }
    Timestamp now() const;

private:
    Timestamp boot_;
};

/// An event as owner.bpf.c writes it (kernel_event.h). The error says what is not as it should be: our own two halves
/// would differ.
std::expected<OwnerEvent, std::string> read_kernel_event(Bytes record, const BootClock& clock);

/// A packet as owner.bpf.c writes it.
struct KernelPacket {
    Packet packet;                        ///< link type raw IP; its octets are the record's
    std::uint32_t network_namespace = 0;  ///< inode; 0: not known
    std::uint32_t interface_index = 0;    ///< there
    bool is_inbound = false;
};
std::expected<KernelPacket, std::string> read_kernel_packet(Bytes record, const BootClock& clock);

}  // namespace waybill
