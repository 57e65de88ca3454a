#pragma once

#include <pcap/pcap.h>

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "capture/interface_traffic.h"
#include "model/packet.h"

namespace waybill {

/// What the kernel says about one interface's capture.
struct LiveStatistics {
    std::uint64_t received = 0;           ///< packets that reached the capture, dropped ones included
    std::uint64_t dropped = 0;            ///< packets lost because the buffer was full
    std::uint64_t interface_dropped = 0;  ///< packets lost before, in the interface or its driver

    friend bool operator==(const LiveStatistics&, const LiveStatistics&) = default;
};

struct LiveOptions {
    std::string interface_name;
    int buffer_octets = 64 * 1024 * 1024;
    int snaplen = 262144;  ///< libpcap's own maximum: no hello is cut
    bool promiscuous = false;
    bool inbound_only = false;  ///< leaves out what the interface sends
    std::string filter;         ///< a libpcap expression (pcap-filter(7)); empty: all packets
    bool counts_all = true;     ///< every packet of the interface is wanted, so that its own counters can be compared
    bool own_sysfs = true;      ///< /sys is of this network namespace: libpcap reads there what an interface dropped
};

/// Packets of one interface of the network namespace that it was opened in (libpcap, nanosecond timestamps).
class LiveCapture {
public:
    /// Starts capturing. The error is a sentence of libpcap's, with the interface's name. Needs CAP_NET_RAW.
    static std::expected<LiveCapture, std::string> open(const LiveOptions& options);

    int descriptor() const;  ///< can be read when packets wait; borrowed
    LinkType link_type() const { return link_type_; }
    int snaplen() const { return snaplen_; }
    const std::string& interface_name() const { return interface_name_; }

    /// Hands over the packets that wait now, `packets_at_once` at most. Gives their count, or libpcap's sentence.
    static constexpr int packets_at_once = 512;
    using Receive = std::function<void(const Packet&)>;
    std::expected<int, std::string> read(const Receive& receive);

    /// Totals since open(); they grow with each call (libpcap counts from the start).
    LiveStatistics statistics() const;

    /// The same without packets that were not read yet: they came later than all that were.
    LiveStatistics statistics_of_read() const;

    /// Whether the kernel has counted packets that read() has not handed over: they wait, or it counts some twice, as
    /// an interface of every direction does on loopback.
    bool holds_packets() const;

    /// Whether the interface has counted fewer frames than were captured of it: one whose other end is a program (tun)
    /// counts a frame when that has read it, which is later.
    bool counts_late() const;

    /// What the interface counted by now may be in the capture or not; from here on all is. As open() says of itself.
    void begin_counting();

    /// What the interface counts by now will have been read by the time of counter().
    void settle();

    /// What the interface counted itself, since before open(). Nothing where that is not known.
    std::optional<KernelCounter> counter() const;

private:
    struct Close {
        void operator()(pcap_t* handle) const { pcap_close(handle); }
    };
    LiveCapture() = default;

    std::unique_ptr<pcap_t, Close> handle_;
    std::string interface_name_;
    LinkType link_type_ = LinkType::null;
    int snaplen_ = 0;
    bool own_sysfs_ = true;
    std::uint64_t read_ = 0;  // packets
    std::optional<InterfaceTraffic> traffic_;
};

}  // namespace waybill
