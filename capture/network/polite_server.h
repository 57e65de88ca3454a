#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/cursor.h"
#include "base/file_descriptor.h"
#include "capture/loop.h"

namespace waybill::contained {

/// Answers one DNS query, message to message; nothing when it may not be answered.
using AnswerQuery = std::function<std::optional<std::vector<std::byte>>(Bytes query)>;

struct ServerCounts {
    std::uint64_t accepted = 0;      ///< TCP connections
    std::uint64_t cut_at_bound = 0;  ///< of these, closed early because too many were open
    std::uint64_t dns_queries = 0;   ///< asked over TCP
};

/// Accepts every TCP connection, reads its first octets and ends it in an orderly way (polite_end.h); on DNS listeners
/// it answers queries instead (RFC 7766). All connections live on one loop, in bounded memory.
class PoliteServer {
public:
    using Clock = std::chrono::steady_clock;

    static constexpr std::size_t first_octets = 16384;           ///< read before a connection is ended at the latest
    static constexpr std::chrono::milliseconds pause{300};       ///< after the last octet of an unknown protocol
    static constexpr std::chrono::milliseconds silence{2000};    ///< before a client that says nothing is given up
    static constexpr std::chrono::milliseconds lingering{2000};  ///< for the client to close after the farewell
    static constexpr std::chrono::milliseconds longest_reading{10000};  ///< for a client that dribbles

    enum class Speaks : std::uint8_t { politely, dns };

    /// `loop` outlives the server. At `most_connections` the oldest connection makes room for a new one.
    PoliteServer(Loop& loop, AnswerQuery answer, std::size_t most_connections);
    PoliteServer(const PoliteServer&) = delete;
    PoliteServer(PoliteServer&&) = delete;
    PoliteServer& operator=(const PoliteServer&) = delete;
    PoliteServer& operator=(PoliteServer&&) = delete;
    ~PoliteServer();

    /// Takes over a listener (sockets.h).
    std::error_code serve(FileDescriptor listener, Speaks speaks);

    /// Ends what has waited long enough. To be called about every 100 ms.
    void tick(Clock::time_point now);

    const ServerCounts& counts() const { return counts_; }

private:
    enum class State : std::uint8_t { reading, answering, lingering };
    struct Connection {
        FileDescriptor socket;
        Speaks speaks = Speaks::politely;
        State state = State::reading;
        std::uint64_t number = 0;
        Clock::time_point since;       ///< when the state began
        Clock::time_point last_octet;  ///< when something was received last
        std::vector<std::byte> received;
        std::vector<std::byte> answer;  ///< what is still to be sent
        bool client_ended = false;
    };

    void accept_all(int listener, Speaks speaks);
    void take(FileDescriptor socket, Speaks speaks);
    void on_ready(int socket);
    bool read(Connection& connection);
    void answer_queries(Connection& connection);
    void end_politely(Connection& connection);
    void send(Connection& connection);
    bool is_over(const Connection& connection, Clock::time_point now) const;
    void close_oldest();
    void close(int socket);

    Loop& loop_;
    AnswerQuery answer_;
    std::size_t most_connections_;
    std::vector<FileDescriptor> listeners_;
    std::unordered_map<int, std::unique_ptr<Connection>> connections_;
    ServerCounts counts_;
};

}  // namespace waybill::contained
