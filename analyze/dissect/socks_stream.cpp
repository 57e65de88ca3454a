#include "analyze/dissect/socks_stream.h"

#include <algorithm>

namespace waybill {
namespace {

// The longest message: SOCKS 4a's fixed octets, user id and name, each with its zero.
constexpr std::size_t max_message_octets = 8 + socks::max_user_octets + 1 + socks::max_host_octets + 1;
constexpr std::size_t choice_octets = 2;  // RFC 1928, 3, and RFC 1929, 2

bool needs_more(const ParseError& error)
{
    return error.kind == ParseError::Kind::truncated;
}

}  // namespace

std::size_t SocksStream::data(Side side, Bytes octets, const Observation& seen)
{
    std::size_t taken = 0;
    while (taken < octets.size()) {  // each turn takes octets, or ends the loop
        if (state(side) == State::handed_over)
            return taken;
        if (state(side) == State::ended)
            return octets.size();
        std::string& held = held_[side];
        const std::size_t before = held.size();
        const Bytes rest = octets.subspan(taken);
        held.append(as_text(rest.first(std::min(rest.size(), max_message_octets - before))));
        const Bytes message = as_octets(held);
        const std::size_t used = side == Side::client ? take_client(message, seen) : take_server(message, seen);
        if (used == 0 && held.size() < max_message_octets)
            return octets.size();
        if (used == 0) {
            give_up(seen);
            return octets.size();
        }
        taken += used - before;
        held_[side] = {};
    }
    return taken;
}

std::size_t SocksStream::take_client(Bytes message, const Observation& seen)
{
    const auto first = std::to_integer<std::uint8_t>(message.front());
    State& state = states_.client;
    if (state == State::opening && first == socks::version4)
        return take_request(message, seen);
    if (state != State::opening && first == socks::version5)
        return take_request(message, seen);
    const auto octets =
        state == State::opening ? socks::measure_greeting(message) : socks::measure_credentials(message);
    if (!octets) {
        if (!needs_more(octets.error()))
            give_up(seen);
        return 0;
    }
    version_ = socks::version5;
    state = State::request;
    return *octets;
}

std::size_t SocksStream::take_request(Bytes message, const Observation& seen)
{
    const auto request = socks::parse_request(message);
    if (!request) {
        if (!needs_more(request.error()))
            give_up(seen);
        return 0;
    }
    version_ = request->version;
    command_ = request->command;
    seen.recognise(Protocol::socks);
    if (command_ == socks::Command::connect) {
        seen.socks_target(socks::target(*request));
        seen.name(NameSource::socks, socks::host_text(*request));
    }
    states_.client = command_ == socks::Command::udp_associate ? State::ended : State::handed_over;
    return request->octets;
}

std::size_t SocksStream::take_server(Bytes message, const Observation& seen)
{
    State& state = states_.server;
    if (version_ == 0 && message.front() == std::byte{socks::version5})
        version_ = socks::version5;
    if (version_ == socks::version4 || version_ == 0 || state == State::request || state == State::second_reply)
        return take_reply(message, seen);
    if (message.size() < choice_octets)
        return 0;
    if (state == State::credentials)
        state = State::request;  // a refusal (RFC 1929, 2) ends the connection by itself
    else if (message.front() == std::byte{socks::version5})
        choose(message[1]);
    else
        give_up(seen);
    return choice_octets;
}

/// The method that the server chose (RFC 1928, 3).
void SocksStream::choose(std::byte method)
{
    if (method == static_cast<std::byte>(socks::Method::none)) {
        states_.server = State::request;
    } else if (method == static_cast<std::byte>(socks::Method::user_password)) {
        states_.server = State::credentials;
    } else {
        states_.server = State::ended;  // refused, or a method that wraps what follows
        if (states_.client != State::handed_over)
            states_.client = State::ended;
    }
}

std::size_t SocksStream::take_reply(Bytes message, const Observation& seen)
{
    const auto reply = socks::parse_reply(message, version_ == 0 ? socks::version4 : version_);
    if (!reply) {
        if (!needs_more(reply.error()))
            give_up(seen);
        return 0;
    }
    seen.recognise(Protocol::socks);
    State& state = states_.server;
    if (!reply->granted)
        state = State::ended;
    else if (command_ == socks::Command::bind && state != State::second_reply)
        state = State::second_reply;
    else
        state = command_ == socks::Command::udp_associate ? State::ended : State::handed_over;
    return reply->octets;
}

void SocksStream::give_up(const Observation& seen)
{
    ++seen.counters().socks_malformed;
    for (const Side side : {Side::client, Side::server}) {
        held_[side] = {};
        if (states_[side] != State::handed_over)
            states_[side] = State::ended;
    }
}

void SocksStream::missing(Side side, std::uint64_t, const Observation& seen)
{
    if (state(side) < State::ended)
        give_up(seen);
}

void SocksStream::finish(const Observation&)
{
    held_ = {};
}

}  // namespace waybill
