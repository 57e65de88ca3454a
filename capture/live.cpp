#include "capture/live.h"

#include <fmt/format.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <optional>
#include <span>

namespace waybill {
namespace {

// How long the kernel may hold packets back to hand them over together. Not libpcap's immediate mode: that one reserves
// a whole snap length for every packet, so that the same buffer holds far fewer.
constexpr int hold_milliseconds = 20;

struct Delivery {
    const LiveCapture::Receive& receive;
    LinkType link_type;
    InterfaceTraffic* traffic;
};

void deliver(u_char* user, const pcap_pkthdr* header, const u_char* octets)
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): libpcap's callback hands on its argument as octets
    const auto& delivery = *reinterpret_cast<const Delivery*>(user);
    Packet packet;
    packet.time = Timestamp{std::chrono::seconds{header->ts.tv_sec} + std::chrono::nanoseconds{header->ts.tv_usec}};
    packet.octets = std::as_bytes(std::span{octets, header->caplen});
    packet.wire_length = header->len;
    packet.link_type = delivery.link_type;
    if (delivery.traffic != nullptr)
        delivery.traffic->note_frame(packet);
    delivery.receive(packet);
}

// Set past libpcap, which runs a filter over its first blocks itself and there knows no packet's direction.
bool capture_inbound_only(int socket)
{
    constexpr std::uint32_t whole_packet = 0xffffffff;
    std::array<sock_filter, 4> steps{{
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_PKTTYPE)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0),
        BPF_STMT(BPF_RET | BPF_K, whole_packet),
    }};
    const sock_fprog program{steps.size(), steps.data()};
    return ::setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

/// Why a filter cannot be set.
std::optional<std::string> set_filter(pcap_t* handle, const std::string& expression)
{
    if (expression.empty())
        return std::nullopt;
    bpf_program program{};
    if (pcap_compile(handle, &program, expression.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0)
        return fmt::format("the filter is not understood: {}", pcap_geterr(handle));
    const int status = pcap_setfilter(handle, &program);
    pcap_freecode(&program);
    if (status != 0)
        return fmt::format("the filter cannot be set: {}", pcap_geterr(handle));
    return std::nullopt;
}

}  // namespace

std::expected<LiveCapture, std::string> LiveCapture::open(const LiveOptions& options)
{
    const std::string& name = options.interface_name;
    std::array<char, PCAP_ERRBUF_SIZE> reason{};
    LiveCapture live;
    if (options.counts_all)
        live.traffic_ = InterfaceTraffic::begin(name);
    live.handle_.reset(pcap_create(name.c_str(), reason.data()));
    pcap_t* const handle = live.handle_.get();
    if (handle == nullptr)
        return std::unexpected(fmt::format("{}: {}", name, reason.data()));
    // These fail only on an activated handle; what the host does not know (nanoseconds) shows in activate's answer.
    pcap_set_snaplen(handle, options.snaplen);
    pcap_set_promisc(handle, options.promiscuous ? 1 : 0);
    pcap_set_timeout(handle, hold_milliseconds);
    pcap_set_buffer_size(handle, options.buffer_octets);
    if (pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO) != 0)
        return std::unexpected(fmt::format("{}: no timestamps in nanoseconds", name));
    if (const int status = pcap_activate(handle); status < 0)
        return std::unexpected(fmt::format("{}: {}: {}", name, pcap_statustostr(status), pcap_geterr(handle)));
    if (name == "any")  // with the interface's number in each packet, where the library knows that
        pcap_set_datalink(handle, static_cast<int>(LinkType::linux_sll2));
    if (options.inbound_only && !capture_inbound_only(pcap_fileno(handle)))
        return std::unexpected(fmt::format("{}: its direction cannot be filtered", name));
    if (auto failed = set_filter(handle, options.filter))
        return std::unexpected(fmt::format("{}: {}", name, *failed));
    if (pcap_setnonblock(handle, 1, reason.data()) != 0)
        return std::unexpected(fmt::format("{}: {}", name, reason.data()));
    if (pcap_get_selectable_fd(handle) < 0)
        return std::unexpected(fmt::format("{}: cannot be waited for", name));
    live.begin_counting();
    live.own_sysfs_ = options.own_sysfs;
    live.interface_name_ = name;
    live.link_type_ = static_cast<LinkType>(pcap_datalink(handle));
    live.snaplen_ = pcap_snapshot(handle);
    return live;
}

int LiveCapture::descriptor() const
{
    return pcap_get_selectable_fd(handle_.get());
}

std::expected<int, std::string> LiveCapture::read(const Receive& receive)
{
    Delivery delivery{receive, link_type_, traffic_ ? &*traffic_ : nullptr};
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): libpcap's callback takes its argument as octets
    auto* const argument = reinterpret_cast<u_char*>(&delivery);
    const int count = pcap_dispatch(handle_.get(), packets_at_once, deliver, argument);
    if (count < 0)
        return std::unexpected(fmt::format("{}: {}", interface_name_, pcap_geterr(handle_.get())));
    read_ += static_cast<std::uint64_t>(count);
    return count;
}

bool LiveCapture::holds_packets() const
{
    const LiveStatistics counts = statistics();
    return counts.received - counts.dropped != read_;
}

bool LiveCapture::counts_late() const
{
    const auto counted = traffic_ ? traffic_->frames() : std::nullopt;
    return counted && *counted < read_;
}

LiveStatistics LiveCapture::statistics() const
{
    pcap_stat counts{};
    if (pcap_stats(handle_.get(), &counts) != 0)
        return {};
    // On Linux ps_recv counts the dropped packets too.
    return {counts.ps_recv, counts.ps_drop, own_sysfs_ ? counts.ps_ifdrop : 0};
}

LiveStatistics LiveCapture::statistics_of_read() const
{
    LiveStatistics counts = statistics();
    counts.received = read_ + counts.dropped;
    return counts;
}

void LiveCapture::begin_counting()
{
    if (traffic_)
        traffic_->await_opened();
}

void LiveCapture::settle()
{
    if (traffic_)
        traffic_->settle();
}

std::optional<KernelCounter> LiveCapture::counter() const
{
    return traffic_ ? traffic_->finish(statistics().dropped) : std::nullopt;
}

}  // namespace waybill
