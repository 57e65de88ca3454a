#include "analyze/dissect/dns_stream.h"

#include <doctest/doctest.h>

#include <string>

#include "base/hex.h"
#include "tests/support/octets.h"

using namespace waybill;
using test::hex;

namespace {

constexpr const char* first = "000102030405060708090a0b";
constexpr const char* second = "f0f1f2f3f4f5f6f7f8f9fafbfcfd";

std::vector<std::byte> two_messages()
{
    return hex(std::string{"000c "} + first + "000e " + second);
}

/// The messages that a stream gives, as hexadecimal digits.
class Messages {
public:
    void feed(Bytes octets)
    {
        stream.feed(octets, [&](Bytes message) { seen.push_back(to_hex(message)); });
    }

    DnsStream stream;
    std::vector<std::string> seen;
};

}  // namespace

TEST_CASE("messages come out the same however the stream was cut")
{
    const auto octets = two_messages();
    for (std::size_t a = 0; a <= octets.size(); ++a) {
        for (std::size_t b = a; b <= octets.size(); ++b) {
            Messages messages;
            messages.feed(Bytes{octets}.first(a));
            messages.feed(Bytes{octets}.subspan(a, b - a));
            messages.feed(Bytes{octets}.subspan(b));
            CHECK(messages.seen == std::vector<std::string>{first, second});
            CHECK(messages.stream.held_octets() == 0);
        }
    }
}

TEST_CASE("a message in one run is not copied")
{
    const auto octets = two_messages();
    DnsStream stream;
    const std::byte* begin = nullptr;
    stream.feed(octets, [&](Bytes message) { begin = begin == nullptr ? message.data() : begin; });
    CHECK(begin == &octets[2]);
}

TEST_CASE("the longest message is held whole")
{
    std::vector<std::byte> octets(2 + 65535);
    octets[0] = octets[1] = std::byte{0xff};
    DnsStream stream;
    std::size_t size = 0;
    for (const std::byte& octet : octets) {
        CHECK(stream.held_octets() <= octets.size());
        stream.feed(Bytes{&octet, 1}, [&](Bytes message) { size = message.size(); });
    }
    CHECK(size == 65535);
    CHECK(stream.held_octets() == 0);
}

TEST_CASE("a length that no message has ends it")
{
    Messages messages;
    messages.feed(hex(std::string{"000c "} + first + "000b 00 00 00"));
    messages.feed(two_messages());
    CHECK(messages.stream.unsynchronised());
    CHECK(messages.seen == std::vector<std::string>{first});
    CHECK(messages.stream.held_octets() == 0);
}

TEST_CASE("a gap costs what it covers")
{
    const auto octets = two_messages();
    struct Row {
        const char* what;
        std::size_t from;
        std::size_t to;
        std::vector<std::string> seen;
        std::uint64_t lost;
        bool unsynchronised;
    };
    const Row rows[] = {
        {"within a message", 5, 9, {second}, 1, false},
        {"a whole body", 2, 14, {second}, 1, false},
        {"a message's end", 13, 14, {second}, 1, false},
        {"a message's end and half a length", 13, 15, {}, 1, true},
        {"half a length", 1, 2, {}, 1, true},
        {"between messages", 14, 15, {first}, 0, true},
        {"the last message's end", 20, 30, {first}, 1, false},
        {"nothing", 5, 5, {first, second}, 0, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        Messages messages;
        messages.feed(Bytes{octets}.first(row.from));
        messages.stream.missing(row.to - row.from);
        messages.feed(Bytes{octets}.subspan(row.to));
        CHECK(messages.seen == row.seen);
        CHECK(messages.stream.lost_messages() == row.lost);
        CHECK(messages.stream.unsynchronised() == row.unsynchronised);
    }
}

TEST_CASE("two gaps in one message lose one message")
{
    const auto octets = two_messages();
    Messages messages;
    messages.feed(Bytes{octets}.first(4));
    messages.stream.missing(2);
    messages.feed(Bytes{octets}.subspan(6, 2));
    messages.stream.missing(3);
    messages.feed(Bytes{octets}.subspan(11));
    CHECK(messages.seen == std::vector<std::string>{second});
    CHECK(messages.stream.lost_messages() == 1);

    messages.stream.missing(std::uint64_t{1} << 60U);
    CHECK(messages.stream.unsynchronised());
}
