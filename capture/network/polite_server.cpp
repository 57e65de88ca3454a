#include "capture/network/polite_server.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "capture/network/polite_end.h"

namespace waybill::contained {
namespace {

constexpr int accepted_at_once = 64;
constexpr std::size_t read_at_once = 16384;
constexpr std::size_t length_octets = 2;             // RFC 1035, 4.2.2
constexpr std::size_t most_waiting_answer = 262144;  // a client that asks and never reads gets no more

}  // namespace

PoliteServer::PoliteServer(Loop& loop, AnswerQuery answer, std::size_t most_connections)
    : loop_{loop}, answer_{std::move(answer)}, most_connections_{std::max<std::size_t>(most_connections, 1)}
{
}

PoliteServer::~PoliteServer()
{
    for (const FileDescriptor& listener : listeners_)
        loop_.forget(listener.get());
    for (const auto& [socket, connection] : connections_)
        loop_.forget(socket);
}

std::error_code PoliteServer::serve(FileDescriptor listener, Speaks speaks)
{
    const int descriptor = listener.get();
    if (const auto failed = loop_.watch(descriptor, [this, descriptor, speaks] { accept_all(descriptor, speaks); }))
        return failed;
    listeners_.push_back(std::move(listener));
    return {};
}

void PoliteServer::accept_all(int listener, Speaks speaks)
{
    for (int i = 0; i < accepted_at_once; ++i) {
        FileDescriptor socket{::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
        if (!socket && (errno == EMFILE || errno == ENFILE) && !connections_.empty())
            close_oldest();
        if (!socket)
            return;
        take(std::move(socket), speaks);
    }
}

void PoliteServer::take(FileDescriptor socket, Speaks speaks)
{
    if (connections_.size() >= most_connections_)
        close_oldest();
    const int descriptor = socket.get();
    if (loop_.watch(descriptor, [this, descriptor] { on_ready(descriptor); }))
        return;  // the socket closes itself
    auto connection = std::make_unique<Connection>();
    connection->socket = std::move(socket);
    connection->speaks = speaks;
    connection->number = ++counts_.accepted;
    connection->since = connection->last_octet = Clock::now();
    connections_[descriptor] = std::move(connection);
}

void PoliteServer::on_ready(int socket)
{
    const auto found = connections_.find(socket);
    if (found == connections_.end())
        return;
    Connection& connection = *found->second;
    if (!read(connection)) {
        close(socket);
        return;
    }
    if (connection.state == State::reading && connection.speaks == Speaks::dns)
        answer_queries(connection);
    else if (connection.state == State::reading &&
             (connection.client_ended || connection.received.size() >= first_octets ||
              recognise(connection.received).complete))
        end_politely(connection);
    if (connection.state == State::answering || !connection.answer.empty())
        send(connection);
    if (connection.client_ended && (connection.state == State::lingering || connection.answer.empty()))
        close(socket);
}

/// Reads what waits; what comes after the first octets is thrown away, so that closing resets nothing. False on an
/// error.
bool PoliteServer::read(Connection& connection)
{
    std::array<std::byte, read_at_once> buffer{};
    const ssize_t count = ::recv(connection.socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count < 0)
        return errno == EAGAIN || errno == EINTR;
    if (count == 0) {
        connection.client_ended = true;
        return true;
    }
    connection.last_octet = Clock::now();
    if (connection.state == State::reading) {
        const auto octets = std::span{buffer}.first(static_cast<std::size_t>(count));
        connection.received.insert(connection.received.end(), octets.begin(), octets.end());
    }
    return true;
}

/// Answers every whole query; the octets of each are used up, which ends the loop.
void PoliteServer::answer_queries(Connection& connection)
{
    Cursor in{connection.received};
    std::size_t used = 0;
    while (connection.answer.size() < most_waiting_answer) {
        const Bytes query = in.bytes(in.u16());
        if (in.failed())
            break;
        used = in.offset();
        ++counts_.dns_queries;
        const auto answer = answer_(query);
        if (!answer || answer->size() > UINT16_MAX)
            continue;
        connection.answer.push_back(static_cast<std::byte>(answer->size() >> 8U));
        connection.answer.push_back(static_cast<std::byte>(answer->size()));
        connection.answer.insert(connection.answer.end(), answer->begin(), answer->end());
    }
    connection.received.erase(connection.received.begin(),
                              connection.received.begin() + static_cast<std::ptrdiff_t>(used));
    if (connection.answer.size() >= most_waiting_answer || connection.received.size() > UINT16_MAX + length_octets)
        end_politely(connection);
}

void PoliteServer::end_politely(Connection& connection)
{
    if (connection.speaks == Speaks::politely) {
        const Bytes words = farewell(recognise(connection.received).kind);
        connection.answer.assign(words.begin(), words.end());
    }
    connection.received = {};
    connection.state = State::answering;
    connection.since = Clock::now();
    send(connection);
}

void PoliteServer::send(Connection& connection)
{
    const int socket = connection.socket.get();
    if (!connection.answer.empty()) {
        const ssize_t sent =
            ::send(socket, connection.answer.data(), connection.answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent > 0)
            connection.answer.erase(connection.answer.begin(), connection.answer.begin() + sent);
        else if (sent < 0 && errno != EAGAIN && errno != EINTR)
            connection.answer.clear();  // nobody reads any more; the next read says so too
    }
    if (connection.answer.empty() && connection.state == State::answering) {
        ::shutdown(socket, SHUT_WR);
        connection.state = State::lingering;
        connection.since = Clock::now();
    }
    if (connection.answer.empty())
        loop_.want(socket, Loop::Wants::read);
    else  // a client that has ended is readable for ever
        loop_.want(socket, connection.client_ended ? Loop::Wants::write : Loop::Wants::read_and_write);
}

bool PoliteServer::is_over(const Connection& connection, Clock::time_point now) const
{
    switch (connection.state) {
        case State::reading:
            break;
        case State::answering:
        case State::lingering:
            return now - connection.since >= lingering;
    }
    const auto waited = now - connection.last_octet;
    const bool patient = connection.received.empty() || connection.speaks == Speaks::dns;
    return waited >= (patient ? silence : pause) || now - connection.since >= longest_reading;
}

void PoliteServer::tick(Clock::time_point now)
{
    std::vector<int> over;
    for (const auto& [socket, connection] : connections_)
        if (is_over(*connection, now))
            over.push_back(socket);
    for (const int socket : over) {
        Connection& connection = *connections_.at(socket);
        if (connection.state == State::reading)
            end_politely(connection);
        else
            close(socket);
    }
}

void PoliteServer::close_oldest()
{
    const auto oldest =
        std::ranges::min_element(connections_, {}, [](const auto& each) { return each.second->number; });
    ++counts_.cut_at_bound;
    close(oldest->first);
}

void PoliteServer::close(int socket)
{
    loop_.forget(socket);
    connections_.erase(socket);
}

}  // namespace waybill::contained
