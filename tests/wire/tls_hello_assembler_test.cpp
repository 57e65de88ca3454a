#include "wire/tls_hello_assembler.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "tests/support/octets.h"
#include "tests/wire/tls_hello_builder.h"

using namespace waybill;
using test::handshake;
using test::hex;
using test::joined;
using test::Octets;
using test::record;

namespace {

Octets client_hello(std::string_view name = "a.example")
{
    return handshake(1, test::HelloBuilder{}.server_name(name).body());
}

/// The bodies of all hellos, when the stream comes in runs of `step` octets.
std::vector<Octets> assemble(tls::HelloAssembler& assembler, Bytes stream, std::size_t step)
{
    std::vector<Octets> bodies;
    while (!stream.empty()) {
        Bytes run = stream.first(std::min(step, stream.size()));
        stream = stream.subspan(run.size());
        while (const auto message = assembler.next(run))
            bodies.emplace_back(message->body.begin(), message->body.end());
        CHECK((run.empty() || assembler.finished()));
    }
    return bodies;
}

Octets in_records_of(Bytes message, std::size_t size)
{
    Octets stream;
    while (!message.empty()) {
        const Bytes fragment = message.first(std::min(size, message.size()));
        test::put(stream, record(22, fragment));
        message = message.subspan(fragment.size());
    }
    return stream;
}

const Octets change_cipher_spec = record(20, hex("01"));

}  // namespace

TEST_CASE("a hello in one record and one run of octets is given as a view of them")
{
    const Octets stream = record(22, client_hello());
    Bytes octets{stream};
    tls::HelloAssembler assembler;
    const auto message = assembler.next(octets);
    REQUIRE(message.has_value());
    CHECK(message->type == tls::HandshakeType::client_hello);
    CHECK(message->body.data() == Bytes{stream}.subspan(9).data());
    CHECK(message->body.size() == stream.size() - 9);
    CHECK(assembler.state() == HelloState::complete);
    CHECK_FALSE(assembler.next(octets).has_value());
}

TEST_CASE("a hello is the same however records and segments cut it")
{
    const Octets message = client_hello();
    const Octets body{message.begin() + 4, message.end()};
    for (const std::size_t record_size : {1U, 2U, 3U, 4U, 5U, 7U, 40U, 500U}) {
        const Octets stream = in_records_of(message, record_size);
        for (const std::size_t step : {1U, 2U, 3U, 5U, 6U, 11U, 100U, 5000U}) {
            CAPTURE(record_size);
            CAPTURE(step);
            tls::HelloAssembler assembler;
            const auto bodies = assemble(assembler, stream, step);
            REQUIRE(bodies.size() == 1);
            CHECK(bodies[0] == body);
            CHECK_FALSE(assembler.finished());
        }
    }
}

TEST_CASE("the second hello after a HelloRetryRequest is given too, behind a ChangeCipherSpec or not")
{
    const Octets first = client_hello("a.example");
    const Octets second = client_hello("b.example");
    const Octets streams[] = {
        joined({record(22, first), record(22, second)}),
        joined({record(22, first), change_cipher_spec, record(22, second)}),
        record(22, joined({first, second})),  // several messages in one record
    };
    for (const Octets& stream : streams) {
        for (const std::size_t step : {1U, 4U, 5000U}) {
            tls::HelloAssembler assembler;
            const auto bodies = assemble(assembler, stream, step);
            REQUIRE(bodies.size() == 2);
            CHECK(bodies[1] == Octets{second.begin() + 4, second.end()});
        }
    }
}

TEST_CASE("what is encrypted, or is no hello, ends the search without an error")
{
    const Octets hello = record(22, client_hello());
    const Octets ends[] = {
        record(23, hex("00112233")),
        joined({change_cipher_spec, record(22, hex("0011223344556677"))}),          // an encrypted Finished
        joined({change_cipher_spec, record(22, hex("01000030f8f7f6f5f4f3f2f1"))}),  // one that begins like a hello
        joined({change_cipher_spec, record(22, hex("01000000f8f7f6f5f4f3f2f1"))}),
        record(22, handshake(16, hex("0011"))),  // ClientKeyExchange
    };
    for (const Octets& end : ends) {
        for (const std::size_t step : {1U, 5U, 5000U}) {
            tls::HelloAssembler assembler;
            CHECK(assemble(assembler, joined({hello, end}), step).size() == 1);
            CHECK(assembler.finished());
            CHECK_FALSE(assembler.error().has_value());
            CHECK(assembler.state() == HelloState::complete);
        }
        tls::HelloAssembler alone;
        CHECK(assemble(alone, end, 5000).empty());
        CHECK(alone.state() == HelloState::absent);
    }
}

TEST_CASE("what has no part in a hello is left, up to what tells that")
{
    const Octets hello = record(22, client_hello());
    struct Row {
        const char* what;
        Octets end;
        std::size_t left;
    };
    const Row rows[] = {
        {"application data", record(23, hex("00112233")), 4},
        {"another handshake message", record(22, handshake(16, hex("001122"))), 3},
        {"an encrypted one", joined({change_cipher_spec, record(22, hex("0011223344556677"))}), 2},
        {"no TLS", hex("4745542f20 00"), 1},
        {"nothing", {}, 0},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const Octets stream = joined({hello, row.end});
        Bytes octets{stream};
        tls::HelloAssembler assembler;
        CHECK(assembler.next(octets).has_value());
        CHECK_FALSE(assembler.next(octets).has_value());
        CHECK(octets.size() == row.left);
    }
}

TEST_CASE("an alert before a hello is passed over")
{
    tls::HelloAssembler assembler;
    CHECK(assemble(assembler, joined({record(21, hex("0100")), record(22, client_hello())}), 3).size() == 1);
}

TEST_CASE("every prefix of a hello is truncated, also when octets after it are lost")
{
    const Octets stream = record(22, client_hello());
    for (std::size_t size = 0; size < stream.size(); ++size) {
        for (const std::size_t step : {1U, 5000U}) {
            CAPTURE(size);
            tls::HelloAssembler assembler;
            CHECK(assemble(assembler, Bytes{stream}.first(size), step).empty());
            CHECK(assembler.state() == (size == 0 ? HelloState::absent : HelloState::truncated));
            assembler.missing();
            CHECK(assembler.finished());
            CHECK(assemble(assembler, Bytes{stream}.subspan(size), step).empty());
            CHECK(assembler.state() == (size == 0 ? HelloState::absent : HelloState::truncated));
        }
    }
}

TEST_CASE("a malformed stream says what is wrong and where")
{
    using enum ParseError::Kind;
    struct Row {
        const char* what;
        Octets stream;
        ParseError error;
    };
    const Row rows[] = {
        {"not TLS", hex("4745542f20"), {bad_value, 0}},
        {"another protocol after a hello's beginning",
         joined({record(22, hex("01")), hex("4745542f20")}),
         {bad_value, 6}},
        {"an empty record", joined({record(22, hex("01")), hex("16 0301 0000")}), {bad_value, 9}},
        {"a record over the bound", hex("16 0301 4801"), {too_long, 3}},
        {"an alert between the parts of a hello",
         joined({record(22, hex("01")), record(21, hex("0100"))}),
         {bad_value, 6}},
        {"a hello over the bound", record(22, hex("01 010001")), {too_long, 5}},
        {"an empty SSL 2.0 record", hex("8000"), {bad_value, 0}},
    };
    for (const Row& row : rows) {
        for (const std::size_t step : {1U, 5000U}) {
            CAPTURE(row.what);
            tls::HelloAssembler assembler;
            CHECK(assemble(assembler, row.stream, step).empty());
            CHECK(assembler.state() == HelloState::malformed);
            REQUIRE(assembler.error().has_value());
            CHECK(*assembler.error() == row.error);
        }
    }
}

TEST_CASE("a hello of the largest size is put together, and no larger one")
{
    const Octets body(tls::max_hello_octets, std::byte{0});
    tls::HelloAssembler assembler;
    const auto bodies = assemble(assembler, in_records_of(handshake(1, body), 16384), 1400);
    REQUIRE(bodies.size() == 1);
    CHECK(bodies[0] == body);
}

TEST_CASE("a ClientHello in SSL 2.0's form is given with its format")
{
    const Octets stream = hex("80 1c | 01 | 0301 0003 0000 0010 | 000004 | 000102030405060708090a0b0c0d0e0f");
    for (const std::size_t step : {1U, 2U, 5000U}) {
        tls::HelloAssembler assembler;
        const auto bodies = assemble(assembler, stream, step);
        REQUIRE(bodies.size() == 1);
        CHECK(bodies[0] == Octets{stream.begin() + 3, stream.end()});
        CHECK(assembler.finished());
    }
    tls::HelloAssembler server;
    CHECK(assemble(server, hex("80 03 | 04 00 01"), 1).empty());
    CHECK(server.state() == HelloState::absent);
}
