#include "analyze/dissect/quic_connection.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/support/octets.h"
#include "tests/wire/quic_sealer.h"

using namespace waybill;
using test::hex;
using test::Octets;

namespace {

/// A flow's client with one hello, and the connection that watches the flow.
struct Scene {
    quic::InitialOpener opener;
    QuicConnection connection;
    Octets first_id = hex("8394c8f03e515708");
    Octets crypto = client_hello(1500);

    /// A handshake message of type client_hello with `length` octets of body.
    static Octets client_hello(std::size_t length)
    {
        Octets body(length);
        for (std::size_t i = 0; i < length; ++i)
            body[i] = static_cast<std::byte>(i * 31 + i / 256);
        return test::joined({test::integer(1, 1), test::integer(length, 3), body});
    }

    Octets frame(std::size_t offset, std::size_t length) const
    {
        return test::crypto_frame(offset, Bytes{crypto}.subspan(offset, length));
    }

    test::InitialPlan plan(Octets frames, std::uint64_t number = 0) const
    {
        test::InitialPlan initial;
        initial.destination_id = first_id;
        initial.packet_number = number;
        initial.frames = std::move(frames);
        return initial;
    }

    QuicState feed(const Octets& datagram, FlowEnd from = FlowEnd::first)
    {
        return connection.feed({datagram, datagram.size(), from}, opener);
    }

    QuicState feed(const test::InitialPlan& initial) { return feed(test::seal_client_initial(initial, opener)); }

    /// An Initial of the server's, protected with the keys that the client's first ID gives.
    Octets server_initial(quic::Version version = quic::version_1)
    {
        test::InitialPlan initial = plan(test::joined({hex("02 00 00 00 00"), test::crypto_frame(0, hex("02000000"))}));
        initial.version = version;
        initial.destination_id = hex("c1c2c3c4");
        initial.source_id = hex("51525354");
        return test::seal_initial(initial, opener.derive_keys(version, first_id, quic::Sender::server).value());
    }

    void check_hello() const
    {
        CHECK(connection.state() == QuicState::hello);
        CHECK(connection.done());
        CHECK(to_hex(connection.hello()) == to_hex(Bytes{crypto}.subspan(4)));
        CHECK_FALSE(connection.ambiguous());
    }
};

}  // namespace

TEST_CASE("a hello in one frame is given once")
{
    Scene scene;
    scene.crypto = Scene::client_hello(300);
    CHECK(scene.feed(scene.plan(scene.frame(0, 304))) == QuicState::hello);
    scene.check_hello();
    CHECK(scene.connection.version() == quic::version_1);
    CHECK(scene.connection.client() == FlowEnd::first);
    CHECK(scene.connection.counts() == QuicCounts{.opened = 1});
    CHECK(scene.feed(scene.plan(scene.frame(0, 304))) == QuicState::hello);
    CHECK(scene.connection.hello().empty());
    CHECK(scene.connection.counts().opened == 1);
}

TEST_CASE("the hello of RFC 9001, A.2 comes out in every version")
{
    for (const std::uint32_t version :
         {0x1U, 0x6b3343cfU, 0xff000016U, 0xff00001dU, 0xff000022U, 0xfaceb001U, 0xfaceb002U}) {
        CAPTURE(version);
        Scene scene;
        auto initial = scene.plan(hex(test::rfc_crypto_frame));
        initial.version = quic::Version{version};
        initial.pad_to = 1162;
        CHECK(scene.feed(initial) == QuicState::hello);
        CHECK(scene.connection.hello().size() == 237);
        CHECK(as_text(scene.connection.hello()).find("example.com") != std::string_view::npos);
        CHECK(scene.connection.version() == quic::Version{version});
    }
}

TEST_CASE("T051's own frame numbers are read")
{
    Scene scene;
    Octets frames = scene.frame(0, scene.crypto.size());
    frames[0] = std::byte{0x08};
    auto initial = scene.plan(frames);
    initial.version = quic::Version{0x54303531};
    CHECK(scene.feed(initial) == QuicState::hello);
    scene.check_hello();
}

TEST_CASE("a hello is put together from frames in any order in several Initials")
{
    Scene scene;
    CHECK(scene.feed(scene.plan(test::joined({scene.frame(900, 100), scene.frame(0, 2), scene.frame(600, 300)}))) ==
          QuicState::more);
    CHECK(scene.connection.hello().empty());
    CHECK(scene.feed(scene.plan(hex("01"), 1)) == QuicState::more);
    CHECK(scene.feed(scene.plan(test::joined({scene.frame(1000, 504), scene.frame(2, 598)}), 2)) == QuicState::hello);
    scene.check_hello();
    CHECK(scene.connection.counts().opened == 3);
}

TEST_CASE("Initials coalesced in one datagram are all read, and what follows them does no harm")
{
    Scene scene;
    Octets datagram = test::seal_client_initial(scene.plan(scene.frame(0, 700)), scene.opener);
    const Octets second = test::seal_client_initial(scene.plan(scene.frame(700, 804), 1), scene.opener);
    datagram = test::joined({datagram, second, hex("0000")});
    CHECK(scene.feed(datagram) == QuicState::hello);
    scene.check_hello();
}

TEST_CASE("once the server has answered, the client's Initials go to the ID that the server chose")
{
    Scene scene;
    CHECK(scene.feed(scene.plan(scene.frame(0, 1000))) == QuicState::more);
    CHECK(scene.feed(scene.server_initial(), FlowEnd::second) == QuicState::more);
    auto second = scene.plan(scene.frame(1000, 504), 300);
    second.destination_id = hex("51525354");
    second.number_length = 2;
    CHECK(scene.feed(test::seal_client_initial(second, scene.opener, scene.first_id)) == QuicState::hello);
    scene.check_hello();
    CHECK(scene.connection.counts() == QuicCounts{.opened = 2});
}

TEST_CASE("after a Retry the keys come from the Retry's connection ID and the hello starts again")
{
    Scene scene;
    CHECK(scene.feed(scene.plan(scene.frame(0, 1000))) == QuicState::more);
    CHECK(scene.feed(hex("ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba"),
                     FlowEnd::second) == QuicState::more);
    auto again = scene.plan(scene.frame(0, 1000), 1);
    again.destination_id = hex("f067a5502a4262b5");
    again.token = hex("746f6b656e");
    CHECK(scene.feed(again) == QuicState::more);
    again.frames = scene.frame(1000, 504);
    again.packet_number = 2;
    CHECK(scene.feed(again) == QuicState::hello);
    scene.check_hello();
    CHECK(scene.connection.counts() == QuicCounts{.opened = 3, .retries = 1});
}

TEST_CASE("after Version Negotiation the hello starts again in the other version")
{
    Scene scene;
    Octets reserved = hex("c0 1a2a3a4a 08 8394c8f03e515708 00");
    reserved.resize(1200);
    CHECK(scene.feed(reserved) == QuicState::more);
    CHECK(scene.feed(hex("80 00000000 00 08 8394c8f03e515708 6b3343cf"), FlowEnd::second) == QuicState::more);
    auto again = scene.plan(scene.frame(0, scene.crypto.size()));
    again.version = quic::version_2;
    CHECK(scene.feed(again) == QuicState::hello);
    scene.check_hello();
    CHECK(scene.connection.version() == quic::version_2);
    CHECK(scene.connection.counts() == QuicCounts{.opened = 1, .negotiations = 1});
}

TEST_CASE("a compatible version goes on with the same hello (RFC 9368, 2.3)")
{
    Scene scene;
    CHECK(scene.feed(scene.plan(scene.frame(0, 1000))) == QuicState::more);
    auto second = scene.plan(scene.frame(1000, 504), 1);
    second.version = quic::version_2;
    second.destination_id = hex("51525354");
    CHECK(scene.feed(test::seal_client_initial(second, scene.opener, scene.first_id)) == QuicState::hello);
    scene.check_hello();
}

TEST_CASE("another hello after a restart is not mixed with the first one")
{
    Scene scene;
    Scene other;
    other.crypto = Scene::client_hello(700);
    other.first_id = hex("0102030405060708");
    CHECK(scene.feed(scene.plan(scene.frame(0, 1000))) == QuicState::more);
    CHECK(scene.feed(other.plan(other.frame(0, 704))) == QuicState::hello);
    CHECK(to_hex(scene.connection.hello()) == to_hex(Bytes{other.crypto}.subspan(4)));
    CHECK_FALSE(scene.connection.ambiguous());
}

TEST_CASE("a flow that begins with the server's packets finds its client")
{
    Scene scene;
    CHECK(scene.feed(scene.server_initial(), FlowEnd::first) == QuicState::more);
    CHECK_FALSE(scene.connection.client().has_value());
    const Octets hello = test::seal_client_initial(scene.plan(scene.frame(0, scene.crypto.size())), scene.opener);
    CHECK(scene.feed(hello, FlowEnd::second) == QuicState::hello);
    scene.check_hello();
    CHECK(scene.connection.client() == FlowEnd::second);
    CHECK(scene.connection.counts() == QuicCounts{.opened = 1, .unopened = 1});
}

TEST_CASE("a retransmission with other octets is flagged and the first octets stay")
{
    Scene scene;
    CHECK(scene.feed(scene.plan(scene.frame(0, 1000))) == QuicState::more);
    Octets changed = scene.frame(0, scene.crypto.size());
    changed[20] ^= std::byte{0xff};
    CHECK(scene.feed(scene.plan(changed, 1)) == QuicState::hello);
    CHECK(scene.connection.ambiguous());
    CHECK(to_hex(scene.connection.hello()) == to_hex(Bytes{scene.crypto}.subspan(4)));
}

TEST_CASE("an Initial that the capture cut makes the hello truncated")
{
    Scene scene;
    const Octets initial = test::seal_client_initial(scene.plan(scene.frame(0, 1504)), scene.opener);
    for (const std::size_t captured : {std::size_t{1}, std::size_t{10}, std::size_t{17}, std::size_t{200}}) {
        CAPTURE(captured);
        QuicConnection connection;
        const QuicDatagram datagram{Bytes{initial}.first(captured), initial.size(), FlowEnd::first};
        CHECK(connection.feed(datagram, scene.opener) == QuicState::truncated);
        CHECK(connection.counts() == QuicCounts{.cut = 1});
    }
}

TEST_CASE("a datagram that is cut behind its Initial is no loss")
{
    Scene scene;
    const Octets initial = test::seal_client_initial(scene.plan(scene.frame(0, 1504)), scene.opener);
    const QuicDatagram datagram{initial, initial.size() + 100, FlowEnd::first};
    CHECK(scene.connection.feed(datagram, scene.opener) == QuicState::hello);
    scene.check_hello();
}

TEST_CASE("authentic Initials that hold what they may not are malformed")
{
    struct Row {
        const char* what;
        Octets frames;
    };
    const Row rows[] = {
        {"a STREAM frame", hex("08 00 00 00")},
        {"a frame behind the hello's that is none", test::joined({test::crypto_frame(0, hex("01000000")), hex("ff")})},
        {"a ServerHello", test::crypto_frame(0, hex("02000000"))},
        {"a hello of 16 MiB", test::crypto_frame(0, hex("01ffffff"))},
        {"CRYPTO octets past the bound", test::crypto_frame(quic::CryptoAssembler::max_octets, hex("00"))},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        Scene scene;
        CHECK(scene.feed(scene.plan(row.frames)) == QuicState::malformed);
        CHECK(scene.connection.hello().empty());
    }
}

TEST_CASE("Initials that nothing opens are counted and end the search")
{
    Scene scene;
    Octets initial = test::seal_client_initial(scene.plan(scene.frame(0, 100)), scene.opener);
    initial.back() ^= std::byte{1};
    for (int i = 1; i < QuicConnection::max_unopened; ++i)
        REQUIRE(scene.feed(initial) == QuicState::more);
    CHECK(scene.feed(initial) == QuicState::given_up);
    CHECK(scene.connection.counts() == QuicCounts{.unopened = QuicConnection::max_unopened});
}

TEST_CASE("a flow without a hello is given up after a bound of datagrams")
{
    Scene scene;
    const Octets short_header = hex("40 112233445566");
    for (int i = 1; i < QuicConnection::max_datagrams; ++i)
        REQUIRE(scene.feed(short_header) == QuicState::more);
    CHECK(scene.feed(short_header) == QuicState::given_up);
}

TEST_CASE("datagrams that are no QUIC packets are counted")
{
    Scene scene;
    CHECK(scene.feed(hex("00 01 02")) == QuicState::more);
    CHECK(scene.feed(Octets{}) == QuicState::more);
    CHECK(scene.connection.counts() == QuicCounts{.unparsed = 1});
}
