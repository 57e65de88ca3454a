#include "wire/tls_hello_assembler.h"

#include <algorithm>

namespace waybill::tls {
namespace {

constexpr std::size_t message_header_octets = 4;       // RFC 8446, 4: msg_type and length
constexpr std::size_t message_and_version = 6;         // and the hello's legacy_version
constexpr std::size_t expected_hello_octets = 4096;    // a post-quantum hello's; room for more once it comes
constexpr std::uint16_t hello_retry_version = 0x0303;  // RFC 8446, 4.1.2 and 4.1.3: legacy_version of TLS 1.3

bool is_hello(HandshakeType type)
{
    return type == HandshakeType::client_hello || type == HandshakeType::server_hello;
}

}  // namespace

std::optional<HandshakeMessage> HelloAssembler::next(Bytes& octets)
{
    if (held_given_) {
        held_.clear();
        held_given_ = false;
    }
    if (offset_ == 0 && !finished_)
        if (const auto message = take_whole_hello(octets))
            return message;
    while (!finished_ && !octets.empty()) {  // each turn takes an octet or finishes
        if (record_left_ == 0) {
            read_header(octets);
        } else if (record_type_ != ContentType::handshake) {
            consume(octets, std::min(record_left_, octets.size()));
        } else if (const auto message = take_message(octets)) {
            return message;
        }
    }
    return std::nullopt;
}

/// What nearly all connections begin with: a hello that lies whole in the first record and in this run. To the same end
/// as the steps of next(), which take what is left; nothing where it is otherwise.
std::optional<HandshakeMessage> HelloAssembler::take_whole_hello(Bytes& octets)
{
    constexpr std::size_t headers = record_header_octets + message_header_octets;
    if (octets.size() < headers)
        return std::nullopt;
    const std::size_t record_octets = integer_at<std::uint16_t>(octets, 3);
    const std::size_t length = integer_at<std::uint32_t>(octets, record_header_octets) & 0xffffffU;
    const std::size_t message_octets = message_header_octets + length;
    const bool is_handshake_record = static_cast<ContentType>(octets[0]) == ContentType::handshake &&
                                     octets[1] == std::byte{3} && record_octets <= max_record_octets;
    if (!is_handshake_record || !is_hello(static_cast<HandshakeType>(octets[record_header_octets])) ||
        message_octets > record_octets || message_octets > octets.size() - record_header_octets)
        return std::nullopt;
    const Bytes message = octets.subspan(record_header_octets, message_octets);
    record_type_ = ContentType::handshake;
    record_left_ = record_octets;
    offset_ = record_header_octets;
    octets = octets.subspan(record_header_octets);
    consume(octets, message_octets);
    return deliver(message);
}

HelloState HelloAssembler::state() const
{
    if (given_)
        return HelloState::complete;
    if (error_)
        return HelloState::malformed;
    const bool begun =
        header_size_ > 0 || !held_.empty() || (record_left_ > 0 && record_type_ == ContentType::handshake);
    return begun ? HelloState::truncated : HelloState::absent;
}

void HelloAssembler::read_header(Bytes& octets)
{
    if (offset_ == 0 && starts_sslv2(octets[0]))
        sslv2_ = true;
    const std::size_t wanted = sslv2_ ? sslv2_header_octets : record_header_octets;
    const std::size_t count = std::min(wanted - header_size_, octets.size());
    std::ranges::copy(octets.first(count), header_.begin() + header_size_);
    header_size_ = static_cast<std::uint8_t>(header_size_ + count);
    octets = octets.subspan(count);
    offset_ += count;
    if (header_size_ < wanted)
        return;
    header_size_ = 0;
    open_record();
}

void HelloAssembler::open_record()
{
    if (sslv2_) {
        record_type_ = ContentType::handshake;
        record_left_ = Cursor{header_}.u16() & 0x7fffU;
        if (record_left_ == 0)
            fail(ParseError::Kind::bad_value, 0);
        return;
    }
    const auto header = parse_record_header(header_);
    if (!header)
        return fail(header.error().kind, offset_ - record_header_octets + header.error().offset);
    if (header->type != ContentType::handshake && !held_.empty())  // RFC 8446, 5.1: nothing between its fragments
        return fail(ParseError::Kind::bad_value, offset_ - record_header_octets);
    record_type_ = header->type;
    record_left_ = header->length;
    cipher_changed_ |= header->type == ContentType::change_cipher_spec;
    finished_ |= header->type == ContentType::application_data;
}

/// After a ChangeCipherSpec, six octets tell the second hello of RFC 8446, D.4 from an encrypted message.
std::size_t HelloAssembler::needed_to_measure() const
{
    return sslv2_ ? 1 : cipher_changed_ ? message_and_version : message_header_octets;
}

/// The octets of the message that begins with `start`, or 0 and finished.
std::size_t HelloAssembler::measure(Bytes start)
{
    Cursor in{start};
    const auto type = static_cast<HandshakeType>(in.u8());
    if (sslv2_)
        return type == HandshakeType::client_hello ? record_left_ + held_.size() : stop();
    const std::size_t length = in.u24();
    if (!is_hello(type))
        return stop();  // the handshake went on
    if (cipher_changed_ &&
        (type != given_type_ || length < sizeof(hello_retry_version) || in.u16() != hello_retry_version))
        return stop();  // an encrypted message
    if (length > max_hello_octets) {
        fail(ParseError::Kind::too_long, offset_ - held_.size());
        return 0;
    }
    return message_header_octets + length;
}

std::optional<HandshakeMessage> HelloAssembler::take_message(Bytes& octets)
{
    const Bytes fragment = octets.first(std::min(record_left_, octets.size()));
    if (held_.empty() && fragment.size() >= needed_to_measure()) {
        message_octets_ = measure(fragment);
        if (finished_) {
            octets = octets.subspan(needed_to_measure());
            return std::nullopt;
        }
        if (message_octets_ <= fragment.size()) {
            consume(octets, message_octets_);
            return deliver(fragment.first(message_octets_));
        }
    }
    const std::size_t wanted = message_octets_ != 0 ? message_octets_ : needed_to_measure();
    const Bytes part = fragment.first(std::min(wanted - held_.size(), fragment.size()));
    held_.reserve(std::min(wanted, expected_hello_octets));
    held_.insert(held_.end(), part.begin(), part.end());
    consume(octets, part.size());
    if (message_octets_ == 0 && held_.size() == needed_to_measure())
        message_octets_ = measure(held_);
    if (finished_ || message_octets_ == 0 || held_.size() < message_octets_)
        return std::nullopt;
    held_given_ = true;
    return deliver(held_);
}

HandshakeMessage HelloAssembler::deliver(Bytes message)
{
    message_octets_ = 0;
    given_ = true;
    given_type_ = static_cast<HandshakeType>(message[0]);
    finished_ |= sslv2_;  // what follows it has no second hello
    if (sslv2_)
        return {given_type_, HandshakeMessage::Format::sslv2, message.subspan(1)};
    return {given_type_, HandshakeMessage::Format::tls, message.subspan(message_header_octets)};
}

void HelloAssembler::consume(Bytes& octets, std::size_t count)
{
    octets = octets.subspan(count);
    record_left_ -= count;
    offset_ += count;
}

/// No clear hello follows, and none was cut.
std::size_t HelloAssembler::stop()
{
    held_.clear();
    record_left_ = 0;
    finished_ = true;
    return 0;
}

void HelloAssembler::fail(ParseError::Kind kind, std::size_t offset)
{
    error_ = ParseError{kind, offset};
    finished_ = true;
}

}  // namespace waybill::tls
