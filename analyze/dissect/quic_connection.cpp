#include "analyze/dissect/quic_connection.h"

#include <algorithm>
#include <limits>

namespace waybill {
namespace {

constexpr std::uint8_t client_hello_type = 1;       // RFC 8446, 4
constexpr std::size_t handshake_header_octets = 4;  // RFC 8446, 4: type and length

void count(std::uint16_t& counter)
{
    if (counter < std::numeric_limits<std::uint16_t>::max())
        ++counter;
}

/// The length of the body of the handshake message that starts here; nothing while its header isn't whole.
std::optional<std::size_t> message_length(Bytes crypto)
{
    Cursor in{crypto};
    in.skip(1);
    const std::uint32_t length = in.u24();
    if (in.failed())
        return std::nullopt;
    return length;
}

bool holds_whole_message(Bytes crypto)
{
    const auto length = message_length(crypto);
    return length && crypto.size() - handshake_header_octets >= *length;
}

}  // namespace

QuicState QuicConnection::feed(const QuicDatagram& datagram, quic::InitialOpener& opener)
{
    hello_ = {};
    if (done())
        return state_;
    ++datagrams_;
    read_packets(datagram, opener);
    if (!done() && (datagrams_ == max_datagrams || counts_.unopened >= max_unopened))
        state_ = QuicState::given_up;
    return state_;
}

/// Walks the coalesced packets (RFC 9000, 12.2); ends because each takes an octet at least.
void QuicConnection::read_packets(const QuicDatagram& datagram, quic::InitialOpener& opener)
{
    Bytes rest = datagram.octets;
    std::size_t wire_length = datagram.wire_length;
    while (!rest.empty() && !done() && counts_.unopened < max_unopened) {
        const auto packet = quic::parse_packet(rest, wire_length);
        if (!packet) {
            const bool first = rest.size() == datagram.octets.size();
            if (first && wire_length > rest.size() && may_be_client(datagram.from) &&
                packet.error().kind == ParseError::Kind::truncated)
                take_cut();
            else
                count(counts_.unparsed);
            return;
        }
        take_packet(*packet, datagram.from, opener);
        rest = rest.subspan(packet->octets.size());
        wire_length -= packet->octets.size();
    }
}

void QuicConnection::take_cut()
{
    count(counts_.cut);
    state_ = QuicState::truncated;
}

void QuicConnection::take_packet(const quic::PacketView& packet, FlowEnd from, quic::InitialOpener& opener)
{
    if (version_ == quic::no_version)
        version_ = packet.version;
    switch (packet.type) {
        case quic::PacketType::initial:
            if (may_be_client(from))
                take_initial(packet, from, opener);
            break;
        case quic::PacketType::retry:
            count(counts_.retries);
            break;
        case quic::PacketType::version_negotiation:
            count(counts_.negotiations);
            break;
        default:
            break;
    }
}

void QuicConnection::take_initial(const quic::PacketView& initial, FlowEnd from, quic::InitialOpener& opener)
{
    if (initial.cut()) {
        take_cut();
        return;
    }
    const auto payload = open(initial, opener);
    if (!payload) {
        count(counts_.unopened);
        return;
    }
    count(counts_.opened);
    client_ = from;
    version_ = initial.version;
    take_frames(*payload);
}

/// The frames of a client's Initial; keys that worked are kept.
std::optional<Bytes> QuicConnection::open(const quic::PacketView& initial, quic::InitialOpener& opener)
{
    if (keys_ && keys_->version == initial.version) {
        if (const auto opened = opener.open(keys_->keys, initial, keys_->next_number)) {
            keys_->next_number = std::max(keys_->next_number, opened->packet_number + 1);
            return opened->payload;
        }
        if (std::ranges::equal(keys_->connection_id(), initial.destination_id))
            return std::nullopt;
    }
    if (keys_ && keys_->version != initial.version &&
        !std::ranges::equal(keys_->connection_id(), initial.destination_id)) {
        if (auto payload = open_with_id(initial, Keys{*keys_}.connection_id(), opener))
            return payload;
    }
    auto payload = open_with_id(initial, initial.destination_id, opener);
    if (payload)
        crypto_.reset();  // the client starts again: after Retry or Version Negotiation, or as a new connection
    return payload;
}

std::optional<Bytes> QuicConnection::open_with_id(const quic::PacketView& initial, Bytes id,
                                                  quic::InitialOpener& opener)
{
    const auto derived = opener.derive_keys(initial.version, id, quic::Sender::client);
    if (!derived)
        return std::nullopt;
    const auto opened = opener.open(*derived, initial);
    if (!opened)
        return std::nullopt;
    Keys keys{initial.version, static_cast<std::uint8_t>(id.size()), {}, *derived, opened->packet_number + 1};
    std::ranges::copy(id, keys.id.begin());
    keys_ = keys;
    return opened->payload;
}

/// A payload is taken whole or not at all: frames are checked before the first CRYPTO octet is kept.
void QuicConnection::take_frames(Bytes payload)
{
    std::size_t crypto_frames = 0;
    Bytes whole;
    const quic::VersionRules* rules = quic::find_rules(version_);
    const auto dialect = rules != nullptr ? rules->frames : quic::FrameDialect::ietf;
    quic::FrameReader checked{payload, dialect};
    for (auto frame = checked.next(); !frame || *frame; frame = checked.next()) {
        if (!frame) {
            state_ = QuicState::malformed;
            return;
        }
        if ((*frame)->type != quic::FrameType::crypto)
            continue;
        ++crypto_frames;
        if ((*frame)->offset == 0)
            whole = (*frame)->octets;
    }
    if (crypto_frames == 0)
        return;
    if (crypto_frames == 1 && crypto_.empty() && holds_whole_message(whole)) {
        take_crypto(whole);  // the usual hello: nothing is copied
        return;
    }
    quic::FrameReader frames{payload, dialect};
    for (auto frame = frames.next(); frame && *frame; frame = frames.next()) {
        if ((*frame)->type == quic::FrameType::crypto && !crypto_.add((*frame)->offset, (*frame)->octets)) {
            state_ = QuicState::malformed;
            return;
        }
    }
    take_crypto(crypto_.prefix());
}

/// `crypto` is the stream up to its first gap.
void QuicConnection::take_crypto(Bytes crypto)
{
    if (crypto.empty())
        return;
    const auto length = message_length(crypto);
    if (std::to_integer<std::uint8_t>(crypto[0]) != client_hello_type ||
        length > quic::CryptoAssembler::max_octets - handshake_header_octets) {
        state_ = QuicState::malformed;
        return;
    }
    if (!holds_whole_message(crypto))
        return;
    hello_ = crypto.subspan(handshake_header_octets, *length);
    state_ = QuicState::hello;
}

}  // namespace waybill
