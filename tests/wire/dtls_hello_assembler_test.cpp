#include "wire/dtls_hello_assembler.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "tests/support/octets.h"
#include "tests/wire/tls_hello_builder.h"
#include "wire/tls_client_hello.h"

using namespace waybill;
using test::dtls_fragment;
using test::hex;
using test::joined;
using test::Octets;

namespace {

Octets hello_body(std::byte random = std::byte{0x11}, std::string_view name = "media.example")
{
    test::HelloBuilder hello;
    hello.legacy_version = 0xfefd;
    hello.cookie = Octets{};
    hello.random = random;
    return hello.server_name(name).body();
}

std::vector<Octets> assemble(dtls::HelloAssembler& assembler, const std::vector<Octets>& datagrams)
{
    std::vector<Octets> bodies;
    for (const Octets& datagram : datagrams) {
        Bytes octets{datagram};
        while (const auto message = assembler.next(octets))
            bodies.emplace_back(message->body.begin(), message->body.end());
        CHECK(octets.empty());
    }
    return bodies;
}

Octets whole(const Octets& body, unsigned message_seq)
{
    return dtls_fragment(1, body, message_seq, 0, body.size());
}

}  // namespace

TEST_CASE("a hello in one fragment is given as a view of the datagram")
{
    const Octets body = hello_body();
    const Octets datagram = whole(body, 0);
    Bytes octets{datagram};
    dtls::HelloAssembler assembler;
    const auto message = assembler.next(octets);
    REQUIRE(message.has_value());
    CHECK(message->body.data() == Bytes{datagram}.subspan(25).data());
    CHECK(assembler.state() == HelloState::complete);
    const auto hello = tls::parse_client_hello(*message, tls::HelloTransport::dtls);
    REQUIRE(hello.has_value());
    CHECK(hello->server_name == "media.example");
}

TEST_CASE("fragments are put together in any order, repeated and overlapping")
{
    const Octets body = hello_body();
    const std::size_t size = body.size();
    const Octets a = dtls_fragment(1, body, 0, 0, 20);
    const Octets b = dtls_fragment(1, body, 0, 20, 50);
    const Octets c = dtls_fragment(1, body, 0, 50, size);
    const Octets overlap = dtls_fragment(1, body, 0, 10, 60);
    const std::vector<Octets> orders[] = {
        {a, b, c},           {c, b, a},       {b, a, c},       {a, c, b},
        {a, a, c, c, b},     {c, overlap, a}, {a, c, overlap}, {joined({a, b, c})},  // records of one datagram
        {joined({c, a}), b},
    };
    for (const auto& datagrams : orders) {
        dtls::HelloAssembler assembler;
        const auto bodies = assemble(assembler, datagrams);
        REQUIRE(bodies.size() == 1);
        CHECK(bodies[0] == body);
    }
}

TEST_CASE("a hello that misses a part is truncated")
{
    const Octets body = hello_body();
    dtls::HelloAssembler assembler;
    CHECK(assembler.state() == HelloState::absent);
    CHECK(assemble(assembler, {dtls_fragment(1, body, 0, 0, 20), dtls_fragment(1, body, 0, 21, body.size())}).empty());
    CHECK(assembler.state() == HelloState::truncated);
}

TEST_CASE("a hello is given again with its cookie, and not when it is retransmitted")
{
    const Octets first = hello_body();
    dtls::HelloAssembler assembler;
    CHECK(assemble(assembler, {whole(first, 0), whole(first, 0), whole(first, 1), whole(first, 1), whole(first, 0)})
              .size() == 2);
    const Octets restarted = hello_body(std::byte{0x22}, "other.example");
    CHECK(assemble(assembler, {whole(restarted, 0)}) == std::vector<Octets>{restarted});
}

TEST_CASE("a fragment of another message takes the held one's place")
{
    const Octets first = hello_body();
    const Octets second = hello_body(std::byte{0x22});
    const Octets second_start = dtls_fragment(1, second, 1, 0, 30);
    const Octets second_end = dtls_fragment(1, second, 1, 30, second.size());
    dtls::HelloAssembler assembler;
    CHECK(assemble(assembler, {dtls_fragment(1, first, 0, 0, 30), second_start, second_end}) ==
          std::vector<Octets>{second});
}

TEST_CASE("what is encrypted, or no hello, is passed over")
{
    const Octets verify_request = dtls_fragment(3, hex("feff 02 aabb"), 0, 0, 5);
    const Octets server_hello = dtls_fragment(2, hello_body(), 1, 0, hello_body().size());
    Octets encrypted = whole(hello_body(), 0);
    encrypted[4] = std::byte{1};  // epoch
    dtls::HelloAssembler assembler;
    CHECK(assemble(assembler, {verify_request, encrypted, hex("2f 00 01")}).empty());
    CHECK(assembler.state() == HelloState::absent);
    CHECK_FALSE(assembler.error().has_value());
    CHECK(assemble(assembler, {joined({verify_request, server_hello})}).size() == 1);
}

TEST_CASE("damage in one datagram is noted and does not spoil the next")
{
    using enum ParseError::Kind;
    dtls::HelloAssembler assembler;
    CHECK(assemble(assembler, {hex("47455420")}).empty());
    CHECK(assembler.state() == HelloState::malformed);
    REQUIRE(assembler.error().has_value());
    CHECK(*assembler.error() == ParseError{truncated, 3});
    CHECK(assemble(assembler, {whole(hello_body(), 0)}).size() == 1);
    CHECK(assembler.state() == HelloState::complete);
}

TEST_CASE("every prefix of a datagram with a hello gives none")
{
    const Octets datagram = whole(hello_body(), 0);
    for (std::size_t size = 0; size < datagram.size(); ++size) {
        CAPTURE(size);
        dtls::HelloAssembler assembler;
        CHECK(assemble(assembler, {Octets{datagram.begin(), datagram.begin() + static_cast<std::ptrdiff_t>(size)}})
                  .empty());
        const HelloState cut =
            size < 25 ? HelloState::malformed : HelloState::truncated;  // before the hello's own octets
        CHECK(assembler.state() == (size == 0 ? HelloState::absent : cut));
    }
}

TEST_CASE("a hello in more pieces than are kept, or over the bound, is an error")
{
    const Octets body(2000, std::byte{0});
    std::vector<Octets> pieces;
    for (std::size_t i = 0; i <= dtls::HelloAssembler::max_pieces; ++i)
        pieces.push_back(dtls_fragment(1, body, 0, 2 * i, (2 * i) + 1));
    dtls::HelloAssembler assembler;
    CHECK(assemble(assembler, pieces).empty());
    REQUIRE(assembler.error().has_value());
    CHECK(assembler.error()->kind == ParseError::Kind::too_long);

    const Octets large(dtls::HelloAssembler::max_fragmented_octets + 1, std::byte{0});
    dtls::HelloAssembler other;
    CHECK(assemble(other, {dtls_fragment(1, large, 0, 0, 10)}).empty());
    REQUIRE(other.error().has_value());
    CHECK(other.error()->kind == ParseError::Kind::too_long);
}
