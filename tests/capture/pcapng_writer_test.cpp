#include "capture/pcapng_writer.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>
#include <vector>

#include "capture/reader/open_capture.h"
#include "capture/reader/whole_reading.h"
#include "tests/support/octets.h"

namespace waybill {

namespace {

using test::hex;

/// A file in memory that a writer may own while the test reads it.
class MemoryFile {
public:
    MemoryFile() : file_{::memfd_create("pcapng", MFD_CLOEXEC)} {}

    FileDescriptor for_writer() const { return FileDescriptor{::fcntl(file_.get(), F_DUPFD_CLOEXEC, 0)}; }
    std::vector<std::byte> octets() const
    {
        std::vector<std::byte> octets(static_cast<std::size_t>(::lseek(file_.get(), 0, SEEK_END)));
        REQUIRE(::pread(file_.get(), octets.data(), octets.size(), 0) == static_cast<ssize_t>(octets.size()));
        return octets;
    }

private:
    FileDescriptor file_;
};

PcapngWriter writer_of(const MemoryFile& file, const PcapngSection& section = {})
{
    auto writer = PcapngWriter::create(file.for_writer(), section);
    REQUIRE(writer);
    return *std::move(writer);
}

WholeReading read(const std::vector<std::byte>& octets)
{
    const auto source = read_capture(std::make_unique<MemoryOctets>(octets, octets.size()));
    REQUIRE(source);
    return read_whole(**source);
}

Packet packet_of(Bytes octets)
{
    Packet packet;
    packet.time = Timestamp{std::chrono::nanoseconds{0x100000002}};
    packet.octets = octets;
    packet.wire_length = 9;
    return packet;
}

}  // namespace

TEST_CASE("the smallest file is a section header")
{
    const MemoryFile file;
    PcapngWriter writer = writer_of(file);
    CHECK(writer.octets() == 28);
    REQUIRE(writer.flush());
    CHECK(file.octets() == hex("0a0d0d0a 1c000000 | 4d3c2b1a 0100 0000 ffffffffffffffff | 1c000000"));
}

TEST_CASE("blocks are written octet for octet as the format has them")
{
    const MemoryFile file;
    PcapngWriter writer = writer_of(file, {.hardware = "h", .operating_system = "os", .user_application = "appl"});
    const auto interface = writer.add_interface({.link_type = LinkType::raw, .snaplen = 96, .name = "lo"});
    REQUIRE(interface);
    const auto octets = hex("aabbcc");
    Packet packet = packet_of(octets);
    packet.comment = "note";
    REQUIRE(writer.write_packet(*interface, packet, PacketDirection::outbound));
    REQUIRE(writer.write_statistics(*interface,
                                    {.time = packet.time, .start = packet.time, .received = 3, .interface_drops = 2}));
    REQUIRE(writer.flush());
    CHECK(file.octets() ==
          hex("0a0d0d0a 38000000 | 4d3c2b1a 0100 0000 ffffffffffffffff |"
              "0200 0100 68000000 | 0300 0200 6f730000 | 0400 0400 6170706c | 0000 0000 | 38000000 |"
              "01000000 28000000 | 6500 0000 60000000 | 0200 0200 6c6f0000 | 0900 0100 09000000 | 0000 0000 |"
              "28000000 |"
              "06000000 38000000 | 00000000 | 01000000 02000000 | 03000000 09000000 | aabbcc 00 |"
              "0100 0400 6e6f7465 | 0200 0400 02000000 | 0000 0000 | 38000000 |"
              "05000000 40000000 | 00000000 | 01000000 02000000 | 0200 0800 01000000 02000000 |"
              "0400 0800 0300000000000000 | 0500 0800 0200000000000000 | 0000 0000 | 40000000"));
    CHECK(writer.octets() == file.octets().size());
}

TEST_CASE("what is written is read again: interfaces, times, lengths, comments, drops")
{
    const MemoryFile file;
    PcapngWriter writer = writer_of(file, {.user_application = "test"});
    const auto ethernet = writer.add_interface({.link_type = LinkType::ethernet, .name = "eth0"});
    const auto raw = writer.add_interface({.link_type = LinkType::raw});
    REQUIRE((ethernet && raw));
    std::vector<OwnedPacket> expected;
    const std::vector<std::byte> octets(3000, std::byte{0x5a});
    for (std::uint32_t i = 0; i < 1000; ++i) {  // several buffers
        Packet packet = packet_of(Bytes{octets}.first(std::size_t{i} * 3));
        packet.time += std::chrono::nanoseconds{i};
        packet.wire_length = i * 4;
        packet.link_type = i % 2 == 0 ? LinkType::ethernet : LinkType::raw;
        packet.comment = i % 3 == 0 ? "waybill/1 http-host=example.com" : "";
        REQUIRE(writer.write_packet(i % 2 == 0 ? *ethernet : *raw, packet));
        expected.push_back({.time = packet.time,
                            .octets = {packet.octets.begin(), packet.octets.end()},
                            .wire_length = packet.wire_length,
                            .link_type = packet.link_type,
                            .comment = std::string{packet.comment}});
    }
    REQUIRE(writer.write_statistics(*raw, {.received = 1000, .interface_drops = 4, .system_drops = 5}));
    REQUIRE(writer.flush());
    const WholeReading reading = read(file.octets());
    CHECK(reading.packets == expected);
    CHECK(reading.notes.interface_drops == 4);
    CHECK(reading.notes.system_drops == 5);
    CHECK(reading.notes.damages.empty());
}

TEST_CASE("a value without a form in pcapng is an error, writes nothing and stops nothing")
{
    const MemoryFile file;
    PcapngWriter writer = writer_of(file);
    const auto interface = writer.add_interface({.link_type = LinkType::ethernet});
    REQUIRE(interface);
    const std::uint64_t before = writer.octets();
    const std::string long_text(65'536, 'x');
    const std::vector<std::byte> long_packet(262'145);
    const Packet good = packet_of({});
    Packet bad = good;
    bad.comment = long_text;
    CHECK_FALSE(writer.write_packet(*interface, bad));
    bad = packet_of(long_packet);
    CHECK_FALSE(writer.write_packet(*interface, bad));
    bad = good;
    bad.time = Timestamp{std::chrono::nanoseconds{-1}};
    CHECK_FALSE(writer.write_packet(*interface, bad));
    CHECK_FALSE(writer.write_packet(PcapngInterfaceId{1}, good));
    CHECK_FALSE(writer.write_statistics(PcapngInterfaceId{1}, {}));
    CHECK_FALSE(writer.write_statistics(*interface, {.time = bad.time}));
    CHECK_FALSE(writer.add_interface({.link_type = LinkType::raw, .name = long_text}));
    CHECK_FALSE(PcapngWriter::create(file.for_writer(), {.hardware = long_text}));
    CHECK(writer.octets() == before);
    CHECK(writer.write_packet(*interface, good));
}

TEST_CASE("a file that is begun is a capture already, and one on a full disk is not begun")
{
    MemoryFile file;
    const auto writer = PcapngWriter::create(file.for_writer(), {});
    REQUIRE(writer);
    CHECK(file.octets().size() == writer->octets());
    CHECK(writer->octets() > 0);
    const auto refused = PcapngWriter::create(FileDescriptor{::open("/dev/full", O_WRONLY | O_CLOEXEC)}, {});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error() ==
          CaptureError{CaptureError::Kind::unwritable, "packets can't be written: No space left on device"});
}

TEST_CASE("what the system refuses to take is told by every call from then on")
{
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    FileDescriptor read_end{ends[0]};
    auto writer = PcapngWriter::create(FileDescriptor{ends[1]}, {});
    REQUIRE(writer);
    const std::uint64_t begun = writer->octets();
    read_end.reset();
    const auto before = std::signal(SIGPIPE, SIG_IGN);
    CHECK(writer->add_interface({}));
    const auto flushed = writer->flush();
    REQUIRE_FALSE(flushed.has_value());
    CHECK(flushed.error() == CaptureError{CaptureError::Kind::unwritable, "packets can't be written: Broken pipe"});
    CHECK_FALSE(writer->add_interface({}));
    CHECK_FALSE(writer->flush());
    CHECK(writer->octets() == begun);
    std::signal(SIGPIPE, before);
}

TEST_CASE(
    "where a file may not grow further it ends with a whole block and the statistics, and what is not in it is told")
{
    const auto before = std::signal(SIGXFSZ, SIG_IGN);
    rlimit own{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &own) == 0);
    for (const rlim_t limit : {1'000U, 1'537U, 20'000U, 300'000U}) {
        CAPTURE(limit);
        const MemoryFile file;
        PcapngWriter writer = writer_of(file);
        const auto interface = writer.add_interface({});
        REQUIRE(interface);
        const rlimit smaller{limit, own.rlim_max};
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &smaller) == 0);
        const std::vector<std::byte> octets(300);
        std::uint64_t taken = 0;
        for (; taken < 2'000 && !writer.has_failed(); ++taken) {
            static_cast<void>(writer.write_packet(*interface, packet_of(octets)));  // one that fails was taken, too
            if (taken % 100 == 0)
                static_cast<void>(writer.flush());
        }
        CHECK_FALSE(writer.write_statistics(*interface, {.system_drops = 7}));
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &own) == 0);
        CHECK(writer.has_failed());
        CHECK(writer.octets() <= limit);
        CHECK(writer.octets() == file.octets().size());
        const WholeReading reading = read(file.octets());
        CHECK(reading.packets.size() + writer.lost(*interface) == taken);
        CHECK(reading.notes.damages.empty());
        CHECK(reading.notes.system_drops == 7);
    }
    std::signal(SIGXFSZ, before);
}

}  // namespace waybill
