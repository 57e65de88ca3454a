#include "wire/wireguard.h"

#include <doctest/doctest.h>

#include "tests/support/octets.h"

using namespace waybill;
using test::hex;
using wireguard::MessageType;

TEST_CASE("a WireGuard message is known by its type and size")
{
    struct Row {
        const char* what;
        const char* start;
        std::size_t size;
        std::optional<MessageType> type;
    };
    const Row rows[] = {
        {"initiation", "01000000", 148, MessageType::initiation},
        {"initiation of another size", "01000000", 149, std::nullopt},
        {"response", "02000000", 92, MessageType::response},
        {"response of another size", "02000000", 96, std::nullopt},
        {"cookie reply", "03000000", 64, MessageType::cookie_reply},
        {"cookie reply of another size", "03000000", 80, std::nullopt},
        {"keepalive", "04000000 aabbccdd 0500000000000000", 32, MessageType::transport_data},
        {"transport data", "04000000 aabbccdd 0500000000000000", 96, MessageType::transport_data},
        {"transport data of a whole tunnel MTU", "04000000 aabbccdd 0500000000000000", 1452,
         MessageType::transport_data},
        {"transport data that is not padded", "04000000 aabbccdd 0500000000000000", 100, std::nullopt},
        {"transport data without a tag", "04000000 aabbccdd 0500000000000000", 16, std::nullopt},
        {"transport data with a wild counter", "04000000 aabbccdd 0500000000000001", 96, std::nullopt},
        {"reserved octets set", "01000100", 148, std::nullopt},
        {"type 0", "00000000", 148, std::nullopt},
        {"type 5", "05000000", 64, std::nullopt},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        auto datagram = hex(row.start);
        datagram.resize(row.size);
        CHECK(wireguard::recognise(datagram, row.size) == row.type);
    }
}

TEST_CASE("the first 16 octets of a cut message are enough, fewer are not")
{
    auto datagram = hex("01000000");
    datagram.resize(148);
    for (std::size_t length = 0; length < datagram.size(); ++length) {
        CAPTURE(length);
        const Bytes prefix = Bytes{datagram}.first(length);
        CHECK(wireguard::recognise(prefix, 148).has_value() == (length >= 16));
        if (length != 92 && length != 64)
            CHECK_FALSE(wireguard::recognise(prefix, length).has_value());
    }
}
