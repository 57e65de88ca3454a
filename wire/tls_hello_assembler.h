#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/cursor.h"
#include "model/flow_facts.h"
#include "wire/tls_record.h"
#include "wire/tls_values.h"

namespace waybill::tls {

/// Takes one direction of a TLS connection, octets in order and cut anywhere, and gives its clear hellos: the
/// ClientHello, or the ServerHello, and the second one after a HelloRetryRequest.
///
/// It holds at most one incomplete hello of max_hello_octets. A hello that lies in one record and one run of octets
/// is given as a view of them, without a copy or an allocation.
class HelloAssembler {
public:
    /// Takes octets off the front of `octets` and gives the next hello; nothing once all of them are taken, or those
    /// up to the point where it is finished: what is left then has no part in a hello. The body lives as long as
    /// `octets`' owner and until the next call, whichever ends first.
    ///
    ///     while (const auto message = assembler.next(octets))
    std::optional<HandshakeMessage> next(Bytes& octets);

    /// Octets of the stream were lost here: nothing after them can be read.
    void missing() { finished_ = true; }

    /// True when no further hello can come: everything after is encrypted, damaged, or behind lost octets.
    bool finished() const { return finished_; }

    /// As of now: `complete` once a hello was given, `malformed` (see error()), `truncated` when one began and has
    /// not ended, else `absent`. Never `trimmed`: the octets don't tell who left them out.
    HelloState state() const;

    /// What was wrong and at which octet of the stream: `bad_value`, `too_long`. Nothing while all is well.
    const std::optional<ParseError>& error() const { return error_; }

private:
    std::optional<HandshakeMessage> take_whole_hello(Bytes& octets);
    void read_header(Bytes& octets);
    void open_record();
    std::optional<HandshakeMessage> take_message(Bytes& octets);
    std::size_t measure(Bytes start);
    HandshakeMessage deliver(Bytes message);
    void consume(Bytes& octets, std::size_t count);
    std::size_t stop();
    void fail(ParseError::Kind kind, std::size_t offset);
    std::size_t needed_to_measure() const;

    std::vector<std::byte> held_;     // the incomplete message, with its header
    std::size_t offset_ = 0;          // octets of the stream taken so far
    std::size_t message_octets_ = 0;  // of the held message, header included; 0 when not known yet
    std::size_t record_left_ = 0;     // octets of the current fragment that are not taken yet
    std::optional<ParseError> error_;
    std::array<std::byte, record_header_octets> header_{};
    std::uint8_t header_size_ = 0;
    ContentType record_type_{};
    HandshakeType given_type_{};
    bool sslv2_ = false;
    bool cipher_changed_ = false;
    bool given_ = false;
    bool held_given_ = false;  // the last hello given lies in held_
    bool finished_ = false;
};

}  // namespace waybill::tls
