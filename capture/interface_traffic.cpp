#include "capture/interface_traffic.h"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <thread>
#include <utility>

#include "base/cursor.h"

namespace waybill {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds longest_behind{500};  // an uplink that has no processor reads nothing
constexpr std::chrono::milliseconds between_looks{1};
constexpr std::string_view every_interface = "any";
constexpr std::string_view loopback = "lo";
constexpr std::uint32_t loopback_index = 1;  // the first interface of every network namespace
constexpr std::uint64_t usual_mtu = 1500;    // RFC 894
constexpr std::uint64_t ethernet_header = 14;
constexpr std::uint64_t cooked_header = 20;   // LINKTYPE_LINUX_SLL2
constexpr std::size_t cooked_index = 4;       // where the interface's index stands in it
constexpr std::uint64_t longest_ip = 65'535;  // octets: of a packet whose length nobody told
constexpr std::uint64_t merged_headers = 72;  // IPv6, TCP and its timestamps, which each merged frame had
constexpr std::uint64_t least_mtu = 1280;     // that a path has (RFC 8200, 5)
constexpr std::uint64_t least_payload = least_mtu - merged_headers;

const InterfaceCounts* find(const std::vector<InterfaceCounts>& table, const std::string& name)
{
    const auto found = std::ranges::find(table, name, &InterfaceCounts::name);
    return found == table.end() ? nullptr : &*found;
}

bool has_fewer(const InterfaceCounts& now, const InterfaceCounts& before)
{
    return now.in.frames < before.in.frames || now.in.octets < before.in.octets || now.out.frames < before.out.frames ||
           now.out.octets < before.out.octets;
}

/// What was counted between, as IP octets.
Traffic between(const FrameCounts& before, const FrameCounts& now, std::uint64_t header)
{
    const std::uint64_t frames = now.frames - std::min(before.frames, now.frames);
    const std::uint64_t octets = now.octets - std::min(before.octets, now.octets);
    return {frames, octets - std::min(octets, frames * header)};
}

void add_to(Traffic& sum, const Traffic& more)
{
    sum.packets += more.packets;
    sum.ip_bytes += more.ip_bytes;
}

std::uint32_t interface_index(const Packet& packet)
{
    Cursor in{packet.octets};
    in.skip(cooked_index);
    return in.u32();
}

}  // namespace

std::optional<InterfaceTraffic> InterfaceTraffic::begin(const std::string& name)
{
    auto table = InterfaceTable::open();
    if (!table)
        return std::nullopt;
    auto counts = table->read();
    if (!counts)
        return std::nullopt;
    InterfaceTraffic traffic{name, *std::move(table)};
    traffic.mtu_ = traffic.table_.mtu(name).value_or(usual_mtu);
    traffic.before_ = traffic.opened_ = traffic.settled_ = *std::move(counts);
    return traffic;
}

std::optional<std::uint64_t> InterfaceTraffic::frames() const
{
    const auto counts = table_.read();
    if (!counts)
        return std::nullopt;
    const InterfaceCounts nothing;
    std::uint64_t frames = 0;
    for (const InterfaceCounts& now : *counts) {
        const InterfaceCounts* const known = find(before_, now.name);
        const InterfaceCounts& before = known == nullptr ? nothing : *known;
        if ((now.name == name_ || name_ == every_interface) && !has_fewer(now, before))
            frames += now.in.frames - before.in.frames + now.out.frames - before.out.frames;
    }
    return frames;
}

/// Whether it has counted all that was handed to it.
bool InterfaceTraffic::has_counted_requests(const Table& counts) const
{
    const InterfaceCounts* const own = find(counts, name_);
    return own == nullptr || own->out.frames >= table_.ipv6_requests(name_).value_or(0);
}

void InterfaceTraffic::opened()
{
    if (auto counts = table_.read())
        opened_ = settled_ = *std::move(counts);
}

void InterfaceTraffic::await_opened()
{
    const auto deadline = Clock::now() + longest_behind;
    opened();
    while (!has_counted_requests(opened_) && Clock::now() < deadline) {
        std::this_thread::sleep_for(between_looks);
        opened();
    }
}

void InterfaceTraffic::settle()
{
    if (auto counts = table_.read())
        settled_ = *std::move(counts);
}

void InterfaceTraffic::note_frame(const Packet& packet)
{
    const bool is_cooked = packet.link_type == LinkType::linux_sll2;
    const std::uint64_t header = is_cooked ? cooked_header : ethernet_header;
    if (packet.wire_length <= mtu_ + header || (is_cooked && interface_index(packet) == loopback_index))
        return;
    const std::uint64_t others = (packet.wire_length - header - 1) / least_payload;
    add_to(merged_, {others, others * merged_headers});
}

/// False where it cannot be said.
bool InterfaceTraffic::add(KernelCounter& counter, const InterfaceCounts& now) const
{
    const InterfaceCounts nothing;
    const InterfaceCounts* const known = find(before_, now.name);
    const InterfaceCounts& before = known == nullptr ? nothing : *known;
    if (now.in == before.in && now.out == before.out)
        return true;
    const auto header = table_.header_octets(now.name);
    if (!header || has_fewer(now, before))
        return false;
    const InterfaceCounts* const at_opening = find(opened_, now.name);
    const InterfaceCounts& opened = at_opening == nullptr ? before : *at_opening;
    const InterfaceCounts* const at_settling = find(settled_, now.name);
    const InterfaceCounts& settled = at_settling == nullptr ? opened : *at_settling;
    const Traffic out = between(before.out, now.out, *header);
    add_to(counter.out, out);
    add_to(counter.in, between(before.in, now.in, *header));
    if (now.name == loopback)
        add_to(counter.recorded_once, out);
    add_to(counter.uncertain, between(before.out, opened.out, *header));
    add_to(counter.uncertain, between(before.in, opened.in, *header));
    add_to(counter.uncertain, between(settled.out, now.out, *header));
    add_to(counter.uncertain, between(settled.in, now.in, *header));
    const std::uint64_t dropped = now.out_dropped - std::min(before.out_dropped, now.out_dropped);
    add_to(counter.uncertain, {dropped, dropped * longest_ip});
    return true;
}

std::optional<KernelCounter> InterfaceTraffic::finish(std::uint64_t dropped) const
{
    const auto now = table_.read();
    if (!now)
        return std::nullopt;
    KernelCounter counter;
    counter.counter = name_ == every_interface ? "every interface" : "interface " + name_;
    if (name_ != every_interface) {
        const InterfaceCounts* const own = find(*now, name_);
        if (own == nullptr || !add(counter, *own))
            return std::nullopt;
    } else {
        for (const InterfaceCounts& interface : *now)
            if (!add(counter, interface))
                return std::nullopt;
        for (const InterfaceCounts& interface : before_)
            if (find(*now, interface.name) == nullptr)
                return std::nullopt;
    }
    counter.lost.packets = dropped;
    add_to(counter.uncertain, merged_);
    counter.uncertain.ip_bytes += dropped * longest_ip;
    return counter;
}

}  // namespace waybill
