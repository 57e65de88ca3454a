#include <algorithm>
#include <vector>

#include "bench/conversations.h"
#include "bench/quic_packet.h"
#include "bench/tls_hello.h"

namespace waybill::bench {
namespace {

constexpr std::size_t crypto_octets_per_packet = 1100;  // leaves room for the header, the frame's header and the tag

/// A CRYPTO frame (RFC 9000, 19.6) with two-octet integers.
void write_crypto(OctetWriter& out, Bytes stream, std::size_t from, std::size_t octets)
{
    out.u8(0x06);
    out.u16(0x4000U | static_cast<std::uint32_t>(from));
    out.u16(0x4000U | static_cast<std::uint32_t>(octets));
    out.bytes(stream.subspan(from, octets));
}

/// An ACK frame for packet 0 alone (RFC 9000, 19.3).
void write_acknowledgement(OctetWriter& out)
{
    out.u32(0x02000000);
    out.u8(0);
}

/// The part of a hello that one Initial packet carries, in one CRYPTO frame or in two, the later first.
std::vector<std::byte> crypto_frames(Bytes hello, std::size_t from, std::size_t octets, Random& random)
{
    std::vector<std::byte> frames;
    OctetWriter out{frames};
    if (random.one_in(3) && octets > 64) {
        const std::size_t cut = octets / 3;
        write_crypto(out, hello, from + cut, octets - cut);
        out.u8(0x01);  // PING between the two, as browsers do
        write_crypto(out, hello, from, cut);
    } else {
        write_crypto(out, hello, from, octets);
    }
    return frames;
}

void send_sealed(Script& script, Direction direction, const InitialPacket& packet, const InitialKeys& keys,
                 std::uint32_t gap)
{
    std::vector<std::byte> datagram;
    seal_initial(datagram, packet, keys);
    const std::size_t from = script.mark();
    script.writer().bytes(datagram);
    script.send(direction, from, gap);
}

/// The client's Initial packets: one, or two when the hello has a post-quantum key share.
void send_client_initials(Script& script, const Session& session, Bytes first_id, Random& random)
{
    const TlsClient client = random.below(2) == 0 ? TlsClient::quic : TlsClient::quic_post_quantum;
    std::vector<std::byte> hello;
    OctetWriter out{hello};
    write_client_hello(out, pick_shape(client, random), {session.host, {}, script.connection_ids[0]}, random);
    const InitialKeys keys = derive_initial_keys(first_id, Direction::out);
    std::uint8_t number = 0;
    for (std::size_t at = 0; at < hello.size(); ++number) {
        const std::size_t octets = std::min(hello.size() - at, crypto_octets_per_packet);
        const auto frames = crypto_frames(hello, at, octets, random);
        at += octets;
        send_sealed(script, Direction::out, {first_id, script.connection_ids[0], number, frames}, keys,
                    at < hello.size() ? 30 : session.round_trip);
    }
    ++script.said.quic_hellos;
    if (number > 1)
        ++script.said.split_hellos;
    if (session.disturbed && number > 1 && random.one_in(64))
        script.swap_last_two();
}

void send_server_initial(Script& script, Bytes first_id, Random& random)
{
    std::vector<std::byte> hello;
    OctetWriter out{hello};
    write_server_hello(out, {}, random);
    std::vector<std::byte> frames;
    OctetWriter frame{frames};
    write_acknowledgement(frame);
    write_crypto(frame, hello, 0, hello.size());
    send_sealed(script, Direction::in, {script.connection_ids[0], script.connection_ids[1], 0, frames},
                derive_initial_keys(first_id, Direction::in), 40);
}

/// A Handshake packet (RFC 9000, 17.2.4) whose protected part is any octets.
void send_handshake(Script& script, Direction direction, std::uint32_t octets, std::uint32_t gap, Random& random)
{
    const std::size_t from = script.mark();
    OctetWriter out = script.writer();
    out.u8(0xe0U | random.below(16));
    out.u32(1);
    out.prefixed<1>([&] { out.bytes(script.connection_ids[index(opposite(direction))]); });
    out.prefixed<1>([&] { out.bytes(script.connection_ids[index(direction)]); });
    out.u16(0x4000U | octets);
    out.random(octets, random);
    script.send(direction, from, gap);
}

}  // namespace

void write_quic(Script& script, const Session& session, Random& random)
{
    ConnectionId first_id{};
    random.fill(first_id);
    for (ConnectionId& id : script.connection_ids)
        random.fill(id);
    send_client_initials(script, session, first_id, random);
    send_server_initial(script, first_id, random);
    send_handshake(script, Direction::in, 1180, 30, random);
    send_handshake(script, Direction::in, random.between(400, 1180), 60, random);
    send_handshake(script, Direction::out, 90, 200, random);
    const Exchanges exchanges = divide(session, script, random);
    const std::uint64_t datagram = script.segment_octets();
    for (std::uint32_t i = 0; i < exchanges.count; ++i) {
        script.run(Direction::out, {Content::quic_short, random.between(60, 400), 0, 0}, session.round_trip);
        const std::uint64_t octets = (exchanges.octets / datagram + 1) * datagram;
        script.run(Direction::in, {Content::quic_short, octets, session.acknowledge_every, session.packet_gap},
                   think_time(random));
    }
}

}  // namespace waybill::bench
