#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "capture/reader/filtered_source.h"
#include "capture/reader/open_capture.h"
#include "capture/reader/whole_reading.h"
#include "tests/support/octets.h"

namespace waybill {

namespace {

using test::hex;
using Paths = std::vector<std::filesystem::path>;

/// A directory of its own, gone with the test.
class Scratch {
public:
    Scratch()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "waybill-reader-XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        folder_ = pattern;
    }
    Scratch(const Scratch&) = delete;
    Scratch(Scratch&&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    Scratch& operator=(Scratch&&) = delete;
    ~Scratch()
    {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    std::filesystem::path file(const char* name, const std::string& digits) const
    {
        const auto octets = hex(digits);
        std::ofstream{folder_ / name, std::ios::binary} << as_text(octets);
        return folder_ / name;
    }
    const std::filesystem::path& folder() const { return folder_; }

private:
    std::filesystem::path folder_;
};

const std::string header = "d4c3b2a1 | 0200 0400 | 00000000 | 00000000 | 00000400 | 01000000 | ";
const std::string record = "01000000 | 02000000 | 03000000 | 04000000 | aabbcc | ";

CaptureError error_of(const Paths& paths)
{
    const auto source = open_capture(paths);
    REQUIRE_FALSE(source.has_value());
    return source.error();
}

}  // namespace

TEST_CASE("several files are one source, in the given order, with a place for each packet")
{
    const Scratch scratch;
    const Paths paths{scratch.file("b", header + record + record), scratch.file("empty", header),
                      scratch.file("a", header + record + "00")};
    const auto source = open_capture(paths);
    REQUIRE(source);
    struct Place {
        std::size_t file;
        std::uint64_t number;
    };
    for (const Place place : {Place{0, 1}, Place{0, 2}, Place{2, 1}}) {
        const auto packet = (*source)->next();
        REQUIRE((packet && *packet));
        CHECK((*source)->current_file() == place.file);
        CHECK((*packet)->number == place.number);
    }
    CHECK(read_whole(**source).packets.empty());
    const SourceNotes notes = (*source)->notes();
    CHECK(notes.torn_files == 1);
    REQUIRE(notes.damages.size() == 1);
    CHECK(notes.damages.front() == SourceDamage{2, 43, "the file ends inside a record, 1 octets after its beginning"});
}

TEST_CASE("what cannot be read as a capture says which file, why and what to do")
{
    const Scratch scratch;
    struct Row {
        const char* what;
        const char* octets;
        const char* message;
    };
    const Row rows[] = {
        {"nothing", "", " is empty: not even a capture file's header; record it again"},
        {"text", "68656c6c6f20776f726c642121",
         " is no capture that is read here (pcap, pcapng or snoop, plain or in gzip or zstd); convert it first "
         "(editcap -F pcapng)"},
        {"one octet", "d4",
         " is no capture that is read here (pcap, pcapng or snoop, plain or in gzip or zstd); convert it first "
         "(editcap -F pcapng)"},
        {"lz4", "04224d18 00000000", " is compressed with LZ4; decompress it first (lz4 -d)"},
        {"xz", "fd377a585a00 0000", " is compressed with xz; decompress it first (xz -d)"},
        {"half a header", "d4c3b2a1 0200",
         " ends after 6 octets, inside the file header of a pcap file; record it again"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto path = scratch.file("input", row.octets);
        CHECK(error_of({path}) == CaptureError{CaptureError::Kind::not_understood, path.string() + row.message});
    }
}

TEST_CASE("a file that cannot be opened or read is told apart from one that is not understood")
{
    const Scratch scratch;
    const auto good = scratch.file("good", header);
    const auto missing = scratch.folder() / "missing";
    CHECK(error_of({good, missing}) == CaptureError{CaptureError::Kind::unreadable,
                                                    missing.string() + " cannot be opened: No such file or directory"});
    CHECK(error_of({scratch.folder()}) ==
          CaptureError{CaptureError::Kind::unreadable, scratch.folder().string() + " cannot be read: Is a directory"});
    CHECK(error_of({}).kind == CaptureError::Kind::unreadable);
}

TEST_CASE("a later file that is not understood is an error when its turn comes, and the end")
{
    const Scratch scratch;
    const Paths paths{scratch.file("good", header + record), scratch.file("bad", "00"), scratch.file("c", header)};
    const auto source = open_capture(paths);
    REQUIRE(source);
    const WholeReading reading = read_whole(**source);
    CHECK(reading.packets.size() == 1);
    REQUIRE(reading.error);
    CHECK(reading.error->kind == CaptureError::Kind::not_understood);
    const WholeReading again = read_whole(**source);
    CHECK_FALSE(again.error);
    CHECK(again.packets.empty());
}

TEST_CASE("a filter leaves out packets, counts them and keeps the numbers of the others")
{
    const std::string udp = "01000000 00000000 0e000000 0e000000 | 020000000001 020000000002 0800 | ";
    const std::string arp = "01000000 00000000 0e000000 0e000000 | 020000000001 020000000002 0806 | ";
    const auto capture = hex(header + arp + udp + arp);
    auto source = read_capture(std::make_unique<MemoryOctets>(capture, capture.size()));
    REQUIRE(source);
    const auto filtered = filter_packets(*std::move(source), "ether proto 0x0800");
    REQUIRE(filtered);
    const auto packet = (*filtered)->next();
    REQUIRE((packet && *packet));
    CHECK((*packet)->number == 2);
    CHECK(read_whole(**filtered).packets.empty());
    CHECK((*filtered)->notes().filtered_packets == 2);
    CHECK_FALSE((*filtered)->notes().input_lost());
}

TEST_CASE("a filter holds for packets of every link type in the capture")
{
    const auto capture = hex(
        "0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000 |"
        "01000000 14000000 0100 0000 00000000 14000000 | 01000000 14000000 6500 0000 00000000 14000000 |"
        "06000000 30000000 00000000 00000000 00000000 0f000000 0f000000 020000000001 020000000002 0800 45 00 30000000 |"
        "06000000 24000000 01000000 00000000 00000000 01000000 01000000 45 000000 24000000 |"
        "06000000 24000000 01000000 00000000 00000000 01000000 01000000 60 000000 24000000");
    auto source = read_capture(std::make_unique<MemoryOctets>(capture, capture.size()));
    REQUIRE(source);
    const auto filtered = filter_packets(*std::move(source), "ip");
    REQUIRE(filtered);
    const WholeReading reading = read_whole(**filtered);
    CHECK(reading.packets.size() == 2);
    CHECK(reading.notes.filtered_packets == 1);
}

TEST_CASE("a filter that libpcap refuses is told with its reason")
{
    const auto capture = hex("d4c3b2a1 | 0200 0400 | 00000000 | 00000000 | 00000400 | 65000000 | " + record);
    const auto open = [&capture] {
        auto source = read_capture(std::make_unique<MemoryOctets>(capture, capture.size()));
        REQUIRE(source);
        return *std::move(source);
    };
    const auto nonsense = filter_packets(open(), "port and");
    REQUIRE_FALSE(nonsense.has_value());
    CHECK(nonsense.error().kind == CaptureError::Kind::bad_filter);
    CHECK(nonsense.error().message.find("syntax error") != std::string::npos);

    const auto elsewhere = filter_packets(open(), "ether host 02:00:00:00:00:01");
    REQUIRE(elsewhere);
    const auto packet = (*elsewhere)->next();
    REQUIRE_FALSE(packet.has_value());
    CHECK(packet.error().kind == CaptureError::Kind::bad_filter);
    CHECK(packet.error().message.find("link type 101") != std::string::npos);
    CHECK(read_whole(**elsewhere).packets.empty());
}

}  // namespace waybill
