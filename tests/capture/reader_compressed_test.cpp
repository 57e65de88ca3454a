#include <doctest/doctest.h>
#include <zlib.h>
#include <zstd.h>

#include <array>
#include <string>
#include <vector>

#include "capture/reader/compressed_octets.h"
#include "capture/reader/open_capture.h"
#include "capture/reader/whole_reading.h"
#include "tests/support/octets.h"

namespace waybill {

namespace {

using test::hex;
using Octets = std::vector<std::byte>;

Octets capture_of(int packets)
{
    Octets capture = hex("d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000");
    const Octets record = hex("01000000 02000000 03000000 04000000 aabbcc");
    for (int i = 0; i < packets; ++i)
        capture.insert(capture.end(), record.begin(), record.end());
    return capture;
}

Octets gzip(Octets octets)
{
    constexpr int gzip_format = 16;
    constexpr int memory_level = 8;
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + gzip_format, memory_level,
                         Z_DEFAULT_STRATEGY) == Z_OK);
    Octets compressed(deflateBound(&stream, octets.size()));
    stream.next_in = reinterpret_cast<Bytef*>(octets.data());  // NOLINT(*-reinterpret-cast): zlib's octets
    stream.avail_in = static_cast<uInt>(octets.size());
    stream.next_out = reinterpret_cast<Bytef*>(compressed.data());  // NOLINT(*-reinterpret-cast): zlib's octets
    stream.avail_out = static_cast<uInt>(compressed.size());
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    compressed.resize(stream.total_out);
    deflateEnd(&stream);
    return compressed;
}

Octets zstd(const Octets& octets)
{
    Octets compressed(ZSTD_compressBound(octets.size()));
    const std::size_t size = ZSTD_compress(compressed.data(), compressed.size(), octets.data(), octets.size(), 1);
    REQUIRE(ZSTD_isError(size) == 0);
    compressed.resize(size);
    return compressed;
}

Octets operator+(Octets left, const Octets& right)
{
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

WholeReading read(const Octets& octets, std::size_t chunk = 100)
{
    const auto source = read_capture(std::make_unique<MemoryOctets>(octets, chunk));
    if (!source)
        return {.packets = {}, .notes = {}, .error = source.error()};
    return read_whole(**source);
}

}  // namespace

TEST_CASE("a compressed capture gives the packets of the capture in it")
{
    const Octets capture = capture_of(50'000);  // longer than any buffer
    const WholeReading plain = read(capture);
    REQUIRE(plain.packets.size() == 50'000);
    for (const std::size_t chunk : {1UL, 1000UL, 10'000'000UL}) {
        CAPTURE(chunk);
        CHECK(read(gzip(capture), chunk) == plain);
        CHECK(read(zstd(capture), chunk) == plain);
    }
}

TEST_CASE("members and frames one after another are one capture")
{
    const Octets capture = capture_of(2);
    const Octets first{capture.begin(), capture.begin() + 30};
    const Octets second{capture.begin() + 30, capture.end()};
    const Octets skippable = hex("5a2a4d18 | 03000000 | 616263");
    const WholeReading plain = read(capture);
    CHECK(read(gzip(first) + gzip(second)) == plain);
    CHECK(read(gzip(first) + gzip({}) + gzip(second) + Octets(20)) == plain);
    CHECK(read(zstd(first) + zstd(second)) == plain);
    CHECK(read(skippable + zstd(first) + skippable + zstd(second)) == plain);
}

TEST_CASE("a compressed capture that ends too early gives its whole packets and is torn")
{
    for (const Octets& whole : {gzip(capture_of(3)), zstd(capture_of(3))}) {
        for (std::size_t size = 0; size < whole.size(); ++size) {
            CAPTURE(size);
            const WholeReading reading = read({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
            CHECK((reading.error || reading.notes.torn_files == 1));
            if (reading.error)
                CHECK(reading.error->kind == CaptureError::Kind::not_understood);
        }
    }
}

TEST_CASE("damage of the compression is told, after the packets before it")
{
    Octets broken = gzip(capture_of(3));
    broken[broken.size() - 5] ^= std::byte{1};  // the check sum
    const WholeReading reading = read(broken);
    CHECK(reading.packets.size() == 3);
    CHECK(reading.notes.damaged_files == 1);
    const WholeReading followed = read(gzip(capture_of(3)) + hex("616263"));
    CHECK(followed.packets.size() == 3);
    CHECK(followed.notes.damaged_files == 1);
    CHECK(read(zstd(capture_of(3)) + hex("616263646566")).notes.damaged_files == 1);
}

TEST_CASE("what follows a Zstandard frame is another one or damage, also where the library reads older formats")
{
    const Octets skippable = hex("502a4d18 | 03000000 | 61a463");
    for (const char* behind : {"25b52ffd 02d34202", "27b52ffd 01000000", "616263646566"}) {  // zstd 0.5, zstd 0.7, none
        CAPTURE(behind);
        const WholeReading alone = read(skippable + hex(behind));
        REQUIRE(alone.error);
        CHECK(alone.error->message.find("other octets follow") != std::string::npos);
        CHECK(read(skippable + hex(behind), 1) == alone);
        const WholeReading last = read(zstd(capture_of(3)) + hex(behind));
        CHECK(last.packets.size() == 3);
        CHECK(last.notes.damaged_files == 1);
    }
    CHECK(read(zstd(capture_of(3)) + hex("28b52f")).notes.torn_files == 1);
}

TEST_CASE("what a damaged Zstandard frame tells does not depend on how its octets arrive")
{
    // It declares 386 octets of content, and its only block is a compressed one of no octets.
    const Octets frame = hex("28b52ffd | 40 58 8200 | 050000");
    CHECK(read(frame, 1) == read(frame));
    CHECK(read(zstd(capture_of(3)) + frame, 1) == read(zstd(capture_of(3)) + frame));
}

TEST_CASE("a Zstandard window is read up to 128 MiB, as zstd --long=27 has it, and refused over that")
{
    const Octets largest = hex("28b52ffd | 00 | 88 | 590100");  // window descriptor: 2^27 octets; a raw block of 43
    CHECK(read(largest + capture_of(1)) == read(capture_of(1)));
    for (const char* descriptor : {"89", "a8"}) {  // 2^27 * 9 / 8 and 2^31 octets
        CAPTURE(descriptor);
        const WholeReading reading = read(hex("28b52ffd | 00") + hex(descriptor) + hex("010000 61"));
        REQUIRE(reading.error);
        CHECK(reading.error->kind == CaptureError::Kind::not_understood);
        CHECK(reading.error->message.find("too much memory") != std::string::npos);
    }
}

TEST_CASE("compression inside compression is not read")
{
    const WholeReading reading = read(gzip(gzip(capture_of(1))));
    REQUIRE(reading.error);
    CHECK(reading.error->kind == CaptureError::Kind::not_understood);
}

}  // namespace waybill
