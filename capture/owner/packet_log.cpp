#include "capture/owner/packet_log.h"

#include <fmt/format.h>
#include <net/if.h>

#include <algorithm>
#include <array>
#include <utility>

namespace waybill {
namespace {

constexpr std::uint32_t loopback_index = 1;  // the first interface of every network namespace

}  // namespace

std::expected<PacketLog, CaptureError> PacketLog::create(FileDescriptor file, const PcapngSection& section,
                                                         Trimmer trimmer)
{
    auto writer = PcapngWriter::create(std::move(file), section);
    if (!writer)
        return std::unexpected(writer.error());
    return PacketLog{*std::move(writer), std::move(trimmer)};
}

void PacketLog::check(const std::expected<void, CaptureError>& written)
{
    if (!written && !failure_)
        failure_ = written.error().message;
}

std::string PacketLog::name_of(std::uint32_t network_namespace, std::uint32_t index) const
{
    std::array<char, IF_NAMESIZE> name{};
    if (network_namespace == own_namespace_ && ::if_indextoname(index, name.data()) != nullptr)
        return name.data();
    return fmt::format("{} in namespace {}", index == loopback_index ? "lo" : fmt::format("interface {}", index),
                       network_namespace);
}

/// The packet's interface, which is added to the file with its first packet.
PacketLog::Interface& PacketLog::interface_of(const KernelPacket& packet)
{
    const std::uint32_t network_namespace = packet.network_namespace == 0 ? own_namespace_ : packet.network_namespace;
    const std::pair key{network_namespace, packet.interface_index};
    if (const auto known = interfaces_.find(key); known != interfaces_.end())
        return known->second;
    Interface interface;
    interface.recorded.name = name_of(network_namespace, packet.interface_index);
    interface.is_loopback = packet.interface_index == loopback_index;
    interface.first = packet.packet.time;
    const auto id = writer_.add_interface({LinkType::raw, KernelOwners::most_snaplen, interface.recorded.name});
    interface.is_in_file = id.has_value();
    if (id)
        interface.id = *id;
    else if (!failure_)
        failure_ = id.error().message;
    return interfaces_.emplace(key, std::move(interface)).first->second;
}

void PacketLog::add(const KernelPacket& given)
{
    Interface& interface = interface_of(given);
    Packet packet = given.packet;
    if (interface.is_loopback) {
        if (!given.is_inbound) {
            interface.twins.sent(packet.octets, packet.wire_length);
        } else if (interface.twins.take(packet.octets, packet.wire_length)) {
            ++recorded_once_.packets;
            recorded_once_.ip_bytes += packet.wire_length;
            return;
        }
    }
    RecordedInterface& recorded = interface.recorded;
    ++recorded.statistics.received;
    if (failure_) {
        ++recorded.unwritten;
        return;
    }
    const TrimResult trimmed = trimmer_ ? trimmer_(packet) : TrimResult{packet.octets.size(), {}};
    // Only a packet of which all that was captured is wanted can lack what was not.
    if (packet.octets.size() < packet.wire_length && trimmed.kept_octets >= packet.octets.size())
        ++recorded.shortened;
    packet.octets = packet.octets.first(std::min(trimmed.kept_octets, packet.octets.size()));
    packet.comment = trimmed.comment;
    check(writer_.write_packet(interface.id, packet,
                               given.is_inbound ? PacketDirection::inbound : PacketDirection::outbound));
    ++(failure_ && !writer_.has_failed() ? recorded.unwritten : recorded.written);  // a value that has no form there
}

void PacketLog::flush()
{
    check(writer_.flush());
}

std::vector<RecordedInterface> PacketLog::finish(const KernelLosses& losses, Timestamp now)
{
    flush();  // what cannot be written is known from here on
    std::vector<RecordedInterface> recorded;
    for (auto& [key, interface] : interfaces_) {
        if (recorded.empty())
            interface.recorded.statistics.dropped = losses.packets;
        const LiveStatistics& statistics = interface.recorded.statistics;
        const std::uint64_t lost = interface.is_in_file ? writer_.lost(interface.id) : 0;
        interface.recorded.written -= lost;
        interface.recorded.unwritten += lost;
        if (interface.is_in_file)
            check(writer_.write_statistics(
                interface.id, {now, interface.first, now, statistics.received, std::nullopt, statistics.dropped}));
        recorded.push_back(interface.recorded);
    }
    flush();
    return recorded;
}

}  // namespace waybill
