#include "wire/quic_initial.h"

#include <doctest/doctest.h>

#include "tests/support/octets.h"
#include "tests/wire/quic_sealer.h"

using namespace waybill;
using namespace waybill::quic;
using test::hex;

namespace {

const char* const rfc_connection_id = "8394c8f03e515708";  // RFC 9001, A and RFC 9369, A

PacketView parsed(Bytes datagram)
{
    return parse_packet(datagram, datagram.size()).value();
}

}  // namespace

TEST_CASE("keys follow from the version and the connection ID (RFC 9001, A.1 and RFC 9369, A.1)")
{
    struct Row {
        Version version;
        Sender sender;
        const char* key;
        const char* iv;
        const char* hp;
    };
    const Row rows[] = {
        {version_1, Sender::client, "1f369613dd76d5467730efcbe3b1a22d", "fa044b2f42a3fd3b46fb255c",
         "9f50449e04a0e810283a1e9933adedd2"},
        {version_1, Sender::server, "cf3a5331653c364c88f0f379b6067e37", "0ac1493ca1905853b0bba03e",
         "c206b8d9b9f0f37644430b490eeaa314"},
        {version_2, Sender::client, "8b1a0bc121284290a29e0971b5cd045d", "91f73e2351d8fa91660e909f",
         "45b95e15235d6f45a6b19cbcb0294ba9"},
        {version_2, Sender::server, "82db637861d55e1d011f19ea71d5d2a7", "dd13c276499c0249d3310652",
         "edf6d05c83121201b436e16877593c3a"},
    };
    InitialOpener opener;
    const auto id = hex(rfc_connection_id);
    for (const Row& row : rows) {
        const auto keys = opener.derive_keys(row.version, id, row.sender);
        REQUIRE(keys.has_value());
        CHECK(to_hex(keys->key) == row.key);
        CHECK(to_hex(keys->iv) == row.iv);
        CHECK(to_hex(keys->hp) == row.hp);
    }
}

TEST_CASE("there are no keys for an unknown version or an overlong connection ID")
{
    InitialOpener opener;
    CHECK_FALSE(opener.derive_keys(Version{0x1a2a3a4a}, hex("00"), Sender::client).has_value());
    CHECK_FALSE(opener.derive_keys(version_1, test::Octets(21), Sender::client).has_value());
    CHECK(opener.derive_keys(version_1, test::Octets(20), Sender::client).has_value());
    CHECK(opener.derive_keys(version_1, {}, Sender::client).has_value());
}

TEST_CASE("the client Initials of RFC 9001, A.2 and RFC 9369, A.2 open to their CRYPTO frame")
{
    struct Row {
        Version version;
        const char* start;
        const char* tag;
    };
    const Row rows[] = {
        {version_1, "c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11",
         "e221af44860018ab0856972e194cd934"},
        {version_2, "d76b3343cf088394c8f03e5157080000449ea0c95e82ffe67b6abcdb4298b485",
         "a18b2faa745b6fe189cf772a9f84cbfc"},
    };
    InitialOpener opener;
    for (const Row& row : rows) {
        test::InitialPlan plan;
        plan.version = row.version;
        plan.destination_id = hex(rfc_connection_id);
        plan.packet_number = 2;
        plan.frames = hex(test::rfc_crypto_frame);
        plan.pad_to = 1162;
        const auto packet = test::seal_client_initial(plan, opener);
        REQUIRE(packet.size() == 1200);
        CHECK(to_hex(Bytes{packet}.first(32)) == row.start);
        CHECK(to_hex(Bytes{packet}.last(16)) == row.tag);

        const auto keys = opener.derive_keys(row.version, plan.destination_id, Sender::client).value();
        const auto opened = opener.open(keys, parsed(packet));
        REQUIRE(opened.has_value());
        CHECK(opened->packet_number == 2);
        CHECK(opened->payload.size() == 1162);
        CHECK(to_hex(opened->payload.first(plan.frames.size())) == test::rfc_crypto_frame);
    }
}

TEST_CASE("the server Initials of RFC 9001, A.3 and RFC 9369, A.3 open with the server's keys only")
{
    struct Row {
        Version version;
        const char* packet;
    };
    const Row rows[] = {
        {version_1,
         "cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb38cc5a99f5ede4"
         "cf7"
         "3c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84022f8ef4cdd93795d77d06edbb7aa"
         "f2f"
         "58891850abbdca3d20398c276456cbc42158407dd074ee"},
        {version_2,
         "dc6b3343cf0008f067a5502a4262b5004075d92faaf16f05d8a4398c47089698baeea26b91eb761d9b89237bbf8726301791535823003"
         "5f7"
         "fd3945d88965cf17f9af6e16886c61bfc703106fbaf3cb4cfa52382dd16a393e42757507698075b2c984c707f0a0812d8cd5a6881eaf2"
         "1ce"
         "da98f4bd23f6fe1a3e2c43edd9ce7ca84bed8521e2e140"},
    };
    InitialOpener opener;
    const auto id = hex(rfc_connection_id);
    for (const Row& row : rows) {
        const auto packet = hex(row.packet);
        const auto server_keys = opener.derive_keys(row.version, id, Sender::server).value();
        const auto opened = opener.open(server_keys, parsed(packet));
        REQUIRE(opened.has_value());
        CHECK(opened->packet_number == 1);
        CHECK(to_hex(opened->payload.first(9)) == "02000000000600405a");
        const auto client_keys = opener.derive_keys(row.version, id, Sender::client).value();
        const auto refused = opener.open(client_keys, parsed(packet));
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error() == OpenError::not_authentic);
    }
}

TEST_CASE("one changed bit anywhere keeps an Initial shut")
{
    InitialOpener opener;
    test::InitialPlan plan;
    plan.destination_id = hex(rfc_connection_id);
    plan.source_id = hex("0102");
    plan.token = hex("74");
    plan.frames = hex("01");
    auto packet = test::seal_client_initial(plan, opener);
    const auto keys = opener.derive_keys(plan.version, plan.destination_id, Sender::client).value();
    REQUIRE(opener.open(keys, parsed(packet)).has_value());
    for (std::size_t i = 0; i < packet.size(); ++i) {
        CAPTURE(i);
        packet[i] ^= std::byte{0x01};
        const auto view = parse_packet(packet, packet.size());
        if (view && view->type == PacketType::initial)
            CHECK_FALSE(opener.open(keys, *view).has_value());
        packet[i] ^= std::byte{0x01};
    }
}

TEST_CASE("packet numbers of every length are restored (RFC 9000, A.3)")
{
    struct Row {
        std::uint64_t number;
        std::size_t length;
        std::uint64_t next;
    };
    const Row rows[] = {
        {0, 1, 0},
        {2, 1, 0},
        {255, 1, 200},
        {256, 1, 255},
        {0xa82f9b32, 2, 0xa82f30eb},
        {0x10000, 3, 0xfff0},
        {7, 4, 0},
        {250, 1, 257},
        {0xfffffff0, 4, 0xffffff00},
    };
    InitialOpener opener;
    for (const Row& row : rows) {
        CAPTURE(row.number);
        test::InitialPlan plan;
        plan.destination_id = hex(rfc_connection_id);
        plan.packet_number = row.number;
        plan.number_length = row.length;
        plan.frames = hex("01");
        const auto packet = test::seal_client_initial(plan, opener);
        const auto keys = opener.derive_keys(plan.version, plan.destination_id, Sender::client).value();
        const auto opened = opener.open(keys, parsed(packet), row.next);
        REQUIRE(opened.has_value());
        CHECK(opened->packet_number == row.number);
    }
}

TEST_CASE("an Initial that the capture cut is not opened")
{
    InitialOpener opener;
    test::InitialPlan plan;
    plan.destination_id = hex(rfc_connection_id);
    plan.pad_to = 100;
    const auto packet = test::seal_client_initial(plan, opener);
    const auto keys = opener.derive_keys(plan.version, plan.destination_id, Sender::client).value();
    const auto cut = parse_packet(Bytes{packet}.first(60), packet.size());
    REQUIRE(cut.has_value());
    const auto opened = opener.open(keys, *cut);
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error() == OpenError::cut);
}
