#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/cursor.h"
#include "model/flow_facts.h"
#include "wire/dtls_record.h"
#include "wire/tls_values.h"

namespace waybill::dtls {

/// Takes the datagrams of one direction of a DTLS association and gives its clear hellos: each ClientHello (a second
/// one answers a HelloVerifyRequest or HelloRetryRequest) or ServerHello, once; retransmissions are left out.
///
/// Fragments may come in any order, more than once and overlapping. It holds one incomplete hello of at most
/// max_fragmented_octets in at most max_pieces pieces; a fragment of another message takes its place. A hello in one
/// fragment is given as a view of the datagram, without a copy or an allocation.
class HelloAssembler {
public:
    /// Takes records off the front of `datagram` and gives the next hello; nothing once all of it is taken. Octets that
    /// are no record, or are encrypted, are skipped with the rest of their datagram; one datagram's damage does not
    /// spoil the next. The body lives as long as the datagram and until the next call, whichever ends first.
    ///
    /// What follows a hello in its own record is left out: no other hello can be there.
    ///
    ///     while (const auto message = assembler.next(datagram))
    std::optional<tls::HandshakeMessage> next(Bytes& datagram);

    /// As of now: `complete` once a hello was given, `truncated` when one began and parts of it
    /// are missing (also where the capture cut its datagram), `malformed` when only
    /// damage was seen, else `absent`.
    HelloState state() const;

    /// What was first wrong and where in its datagram: `truncated`, `bad_value`, `too_long`. Nothing while all is well.
    const std::optional<ParseError>& error() const { return error_; }

    /// RFC 6347 allows 2^24 - 1; ten times a hello with post-quantum key shares. One fragment claims all of it.
    static constexpr std::size_t max_fragmented_octets = 16384;
    static constexpr std::size_t max_pieces = 32;  ///< that lie apart: more than the datagrams of such a hello

private:
    /// Octets of the held hello that are there: [begin, end).
    struct Piece {
        std::uint32_t begin;
        std::uint32_t end;
    };
    using Random = std::array<std::byte, tls::random_octets>;

    std::optional<tls::HandshakeMessage> take_record(Cursor record);
    std::optional<tls::HandshakeMessage> take_fragment(const HandshakeFragment& part, std::size_t offset);
    std::optional<tls::HandshakeMessage> deliver(const HandshakeFragment& part, Bytes body);
    void hold(const HandshakeFragment& part, std::size_t offset);
    bool is_of_held(const HandshakeFragment& part) const;
    bool add_piece(Piece piece);
    void drop_held();
    void note(ParseError error);

    std::vector<std::byte> held_;
    std::vector<Piece> pieces_;  // sorted, apart from each other
    std::optional<ParseError> error_;
    Random given_random_{};
    std::uint16_t given_seq_ = 0;
    std::uint16_t held_seq_ = 0;
    tls::HandshakeType held_type_{};
    bool given_ = false;
    bool held_given_ = false;
    bool cut_ = false;  // a datagram ended within a hello's record
};

}  // namespace waybill::dtls
