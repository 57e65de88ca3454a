#include "base/sha256_stream.h"

#include <doctest/doctest.h>

#include <vector>

#include "base/digest.h"

using namespace waybill;

TEST_CASE("octets that come in pieces have the digest of the whole")
{
    std::vector<std::byte> octets(1000);
    for (std::size_t at = 0; at < octets.size(); ++at)
        octets[at] = static_cast<std::byte>(at * 7);
    for (const std::size_t piece : {1UL, 63UL, 64UL, 999UL, 1000UL}) {
        CAPTURE(piece);
        Sha256Stream digest;
        for (std::size_t at = 0; at < octets.size(); at += piece)
            digest.add(Bytes{octets}.subspan(at, std::min(piece, octets.size() - at)));
        CHECK(digest.finish() == sha256_hex(octets));
    }
    CHECK(Sha256Stream{}.finish() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");  // FIPS 180-4
}
