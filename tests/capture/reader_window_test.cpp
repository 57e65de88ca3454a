#include <doctest/doctest.h>

#include <vector>

#include "capture/reader/octet_window.h"

namespace waybill {

namespace {

std::vector<std::byte> counting(std::size_t size)
{
    std::vector<std::byte> octets(size);
    for (std::size_t i = 0; i < size; ++i)
        octets[i] = static_cast<std::byte>(i % 251);
    return octets;
}

/// Fails after its octets.
class FailingOctets final : public OctetSource {
public:
    std::expected<std::size_t, CaptureError> read(std::span<std::byte> room) override
    {
        if (std::exchange(given_, true))
            return std::unexpected(CaptureError{CaptureError::Kind::unreadable, "cannot be read"});
        room.front() = std::byte{7};
        return 1;
    }

private:
    bool given_ = false;
};

}  // namespace

TEST_CASE("a window gives the source's octets for any sizes of chunks and requests")
{
    constexpr std::size_t window_octets = 4096;
    const auto octets = counting(100'000);
    for (const std::size_t chunk : {1UL, 100UL, 4096UL, 100'000UL}) {
        for (const std::size_t request : {1UL, 7UL, 4095UL, 4097UL, 30'000UL}) {
            CAPTURE(chunk);
            CAPTURE(request);
            OctetWindow window{std::make_unique<MemoryOctets>(octets, chunk), window_octets};
            std::vector<std::byte> gathered;
            while (window.require(request)) {
                CHECK(window.position() == gathered.size());
                const Bytes run = window.peek(request);
                gathered.insert(gathered.end(), run.begin(), run.end());
                window.consume(request);
            }
            const Bytes rest = window.available();
            CHECK(rest.size() < request);
            gathered.insert(gathered.end(), rest.begin(), rest.end());
            CHECK(gathered == octets);
            CHECK_FALSE(window.failure());
        }
    }
}

TEST_CASE("octets can be passed beyond what lies ready, up to the end")
{
    const auto octets = counting(20'000);
    OctetWindow window{std::make_unique<MemoryOctets>(octets, 300), 4096};
    CHECK(window.skip(15'000));
    CHECK(window.position() == 15'000);
    REQUIRE(window.require(1));
    CHECK(window.peek(1).front() == octets[15'000]);
    CHECK_FALSE(window.skip(5'001));
    CHECK(window.position() == 20'000);
}

TEST_CASE("a source's failure comes after its octets, and is forgotten by closing")
{
    OctetWindow window{std::make_unique<FailingOctets>()};
    CHECK(window.require(1));
    CHECK_FALSE(window.failure());
    CHECK_FALSE(window.require(2));
    REQUIRE(window.failure());
    CHECK(window.available().size() == 1);
    window.close();
    CHECK_FALSE(window.failure());
    CHECK(window.available().empty());
    CHECK_FALSE(window.require(1));
}

}  // namespace waybill
