// What becomes of the packets and the words of a recording on the host's network.
#include <doctest/doctest.h>
#include <fcntl.h>

#include <string>
#include <vector>

#include "capture/owner/kernel_event.h"
#include "capture/owner/kernel_events.h"
#include "capture/owner/loopback_twins.h"
#include "capture/owner/packet_log.h"
#include "capture/owner/recording_process.h"
#include "capture/reader/open_capture.h"
#include "capture/reader/whole_reading.h"
#include "tests/support/octets.h"
#include "tests/support/packet_builder.h"
#include "tests/support/scratch_folder.h"
#include "wire/transport.h"

using namespace waybill;
using test::hex;

namespace {

constexpr std::uint32_t loopback_interface = 1;
constexpr std::uint32_t other_interface = 4711;

KernelPacket packet_of(const std::vector<std::byte>& octets, std::uint32_t interface, bool is_inbound)
{
    KernelPacket packet;
    packet.packet.octets = octets;
    packet.packet.wire_length = static_cast<std::uint32_t>(octets.size());
    packet.packet.time = Timestamp{std::chrono::seconds{100}};
    packet.packet.link_type = LinkType::raw;
    packet.interface_index = interface;
    packet.is_inbound = is_inbound;
    return packet;
}

template <typename Structure>
Bytes octets_of(const Structure& structure)
{
    return std::as_bytes(std::span{&structure, 1});
}

}  // namespace

TEST_CASE("a packet over the loopback interface that is seen twice is the second sight of itself once")
{
    LoopbackTwins twins;
    const auto one = hex("45000001");
    const auto other = hex("45000002");
    twins.sent(one, 100);
    twins.sent(one, 100);  // a retransmission, octet for octet
    CHECK(twins.take(one, 100));
    CHECK_FALSE(twins.take(one, 101));
    CHECK_FALSE(twins.take(other, 100));
    CHECK(twins.take(one, 100));
    CHECK_FALSE(twins.take(one, 100));
}

TEST_CASE("what TCP sends over the loopback interface at once is taken in whatever pieces it comes in")
{
    using test::ip_packet;
    using test::tcp_segment;
    const auto packet = [](std::uint16_t from, std::uint16_t to, std::size_t payload) {
        const std::vector<std::byte> octets(payload);
        return ip_packet("127.0.0.1", "127.0.0.1", 6, tcp_segment(from, to, {.flags = TcpHeader::ack}, octets));
    };
    const auto length = [](const std::vector<std::byte>& octets) { return static_cast<std::uint32_t>(octets.size()); };
    LoopbackTwins twins;
    const auto whole = packet(40000, 80, 3000);
    const auto first = packet(40000, 80, 1000);
    const auto rest = packet(40000, 80, 2000);
    const auto back = packet(80, 40000, 1000);
    const auto empty = packet(40000, 80, 0);
    twins.sent(whole, length(whole));
    CHECK_FALSE(twins.take(back, length(back)));  // who sent that is not watched
    CHECK(twins.take(first, length(first)));
    CHECK_FALSE(twins.take(empty, length(empty)));
    CHECK(twins.take(rest, length(rest)));
    CHECK_FALSE(twins.take(first, length(first)));
    twins.sent(empty, length(empty));
    CHECK(twins.take(empty, length(empty)));
    CHECK_FALSE(twins.take(empty, length(empty)));
}

TEST_CASE("packets are written by their interfaces, over loopback once, and those of which too little is there counted")
{
    const test::ScratchFolder scratch;
    const auto path = scratch.path() / "packets.pcapng";
    FileDescriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    auto log = PacketLog::create(std::move(file), {}, {});
    REQUIRE(log);
    const auto octets = hex("45000014 00000000 40fd0000 7f000001 7f000001");
    log->add(packet_of(octets, loopback_interface, false));
    log->add(packet_of(octets, loopback_interface, true));
    auto cut = packet_of(octets, other_interface, true);
    cut.packet.wire_length = 1500;
    log->add(cut);
    log->add(packet_of(octets, other_interface, true));
    KernelPacket elsewhere = packet_of(octets, loopback_interface, true);  // its twin is in another namespace
    elsewhere.network_namespace = 7;
    log->add(elsewhere);
    const auto recorded = log->finish({.events = 0, .packets = 7, .packet_octets = 0}, Timestamp{});
    CHECK_FALSE(log->failure());
    REQUIRE(recorded.size() == 3);
    CHECK(recorded[0].name == "lo in namespace 7");
    CHECK(recorded[0].written == 1);
    CHECK(recorded[0].statistics.dropped == 7);
    CHECK(recorded[1].name == "lo");
    CHECK(recorded[1].written == 1);
    CHECK(recorded[2].written == 2);
    CHECK(recorded[2].shortened == 1);
    CHECK(log->recorded_once() == Traffic{1, 20});
    auto source = open_capture({&path, 1});
    REQUIRE(source);
    CHECK(read_whole(**source).packets.size() == 4);
}

TEST_CASE("what the recorder says at its end reads back the same, and its silence is an error")
{
    OwnerRecording recording;
    RecordedInterface interface;
    interface.name = "lo";
    interface.statistics.received = 9;
    interface.statistics.dropped = 1;
    interface.written = 8;
    interface.shortened = 2;
    interface.statistics.interface_dropped = 3;
    interface.counter = KernelCounter{"interface lo", {1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 10}};
    recording.interfaces = {interface};
    recording.counter = KernelCounter{"cgroup", {11, 12}, {}, {}, {}, {}};
    recording.failure = "disk full";
    recording.losses = {1, 2, 3, 4, 5};
    recording.left = {9, {"/usr/bin/conmon (process 7)"}};
    recording.refused = {{"socket_send", "Operation not permitted"}};
    recording.processes = 4;
    recording.sockets = 5;
    CHECK(read_recording(write_recording(recording)) == recording);
    CHECK(read_recording(write_recording({})) == OwnerRecording{});
    for (const char* text : {"", "{", "{}", "[]"})
        CHECK_FALSE(read_recording(text));
}

TEST_CASE("a record of the kernel that is too short, or of an unknown kind, is told as such")
{
    const BootClock clock{Timestamp{}};
    const std::vector<std::byte> nothing;
    CHECK_FALSE(read_kernel_event(nothing, clock));
    CHECK_FALSE(read_kernel_packet(nothing, clock));
    kernel_life_event life{};
    for (const std::uint32_t kind : {std::uint32_t{kernel_event_exec}, std::uint32_t{kernel_event_use}, 99U}) {
        CAPTURE(kind);
        life.event.kind = kind;
        CHECK_FALSE(read_kernel_event(octets_of(life), clock));
    }
    life.event.kind = kernel_event_exit;
    life.event.time = 5;
    life.status = 256;
    const auto event = read_kernel_event(octets_of(life), clock);
    REQUIRE(event);
    CHECK(event->at == Timestamp{std::chrono::nanoseconds{5}});
    CHECK(std::get<ProcessEnded>(event->what).status == 256);
    kernel_packet packet{};
    packet.captured_length = 1;
    CHECK_FALSE(read_kernel_packet(octets_of(packet), clock));
}
