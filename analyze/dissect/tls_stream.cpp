#include "analyze/dissect/tls_stream.h"

#include <algorithm>
#include <utility>

#include "wire/tls_server_hello.h"

namespace waybill {

void add_client_hello(const tls::ClientHello& hello, NameSource source, const Observation& seen)
{
    FlowFacts& facts = seen.facts();
    if (hello.server_name)
        seen.name(source, *hello.server_name);
    const Fingerprints wanted = seen.context().fingerprints;
    if (wanted != Fingerprints::none && facts.hellos.size() < ClientHellos::max_hellos)
        facts.hellos.add(seen.context().hellos.find_or_make(hello, wanted));
    if (hello.ech_offered)
        facts.ech = EchState::offered;
    if (hello.damage) {
        facts.hello = HelloState::malformed;
        ++seen.counters().hello_malformed;
    } else if (facts.hello != HelloState::malformed) {
        facts.hello = HelloState::complete;
    }
}

std::size_t TlsStream::data(Side side, Bytes octets, const Observation& seen)
{
    seen.recognise(Protocol::tls);
    return side == Side::client ? client_data(octets, seen) : server_data(octets, seen);
}

std::size_t TlsStream::client_data(Bytes octets, const Observation& seen)
{
    if (client_done_)
        return octets.size();
    if (client_hellos_ > 0) {
        const std::size_t room = max_octets_after_hello - octets_after_hello_;
        octets_after_hello_ += static_cast<std::uint32_t>(std::min(room, octets.size()));
    }
    while (const auto message = client_.next(octets)) {
        if (message->type == tls::HandshakeType::client_hello)
            take_client_hello(*message, seen);
    }
    if (client_.state() == HelloState::malformed)
        note_malformed(seen);
    client_done_ |= client_.finished() || client_hellos_ == ClientHellos::max_hellos ||
                    (client_hellos_ > 0 && server_done_) || octets_after_hello_ == max_octets_after_hello;
    return octets.size();
}

void TlsStream::take_client_hello(const tls::HandshakeMessage& message, const Observation& seen)
{
    ++client_hellos_;
    const auto hello = tls::parse_client_hello(message, tls::HelloTransport::tls);
    if (hello)
        add_client_hello(*hello, NameSource::tls_sni, seen);
    else
        note_malformed(seen);
}

void TlsStream::note_malformed(const Observation& seen)
{
    ++seen.counters().hello_malformed;
    if (seen.facts().hello != HelloState::complete)
        seen.facts().hello = HelloState::malformed;
    client_done_ = true;
}

std::size_t TlsStream::server_data(Bytes octets, const Observation& seen)
{
    if (server_done_)
        return octets.size();
    tls::HelloAssembler fresh;
    tls::HelloAssembler& assembler = server_ ? *server_ : fresh;
    while (const auto message = assembler.next(octets)) {
        if (message->type == tls::HandshakeType::server_hello)
            take_server_hello(*message, seen);
    }
    server_done_ |= assembler.finished();
    if (server_done_) {
        server_.reset();
        client_done_ |= client_hellos_ > 0 && !retry_;
    } else if (!server_) {
        server_ = std::make_unique<tls::HelloAssembler>(std::move(fresh));
    }
    return octets.size();
}

void TlsStream::take_server_hello(const tls::HandshakeMessage& message, const Observation& seen)
{
    const auto hello = tls::parse_server_hello(message.body);
    if (!hello) {
        server_done_ = true;
        return;
    }
    seen.facts().server = tls::facts(*hello);
    if (hello->hello_retry_request && !retry_)
        retry_ = true;
    else
        server_done_ = true;
}

void TlsStream::missing(Side side, const Observation& seen)
{
    if (side == Side::server) {
        server_.reset();
        server_done_ = true;
        return;
    }
    if (client_done_)
        return;
    finish(seen);
    client_.missing();
    client_done_ = true;
}

void TlsStream::finish(const Observation& seen)
{
    if (client_done_ || client_.state() != HelloState::truncated)
        return;
    ++seen.counters().hello_truncated;
    seen.facts().hello = HelloState::truncated;
}

}  // namespace waybill
