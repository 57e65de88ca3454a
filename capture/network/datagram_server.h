#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/file_descriptor.h"
#include "capture/loop.h"
#include "capture/network/polite_server.h"

namespace waybill::contained {

struct DatagramCounts {
    std::uint64_t dns_queries = 0;  ///< asked over UDP
    std::uint64_t received = 0;     ///< other datagrams, none of which is answered
};

/// Answers DNS queries over UDP from whichever address was asked, and receives all other datagrams in silence.
class DatagramServer {
public:
    /// `loop` outlives the server.
    DatagramServer(Loop& loop, AnswerQuery answer) : loop_{loop}, answer_{std::move(answer)} {}
    DatagramServer(const DatagramServer&) = delete;
    DatagramServer(DatagramServer&&) = delete;
    DatagramServer& operator=(const DatagramServer&) = delete;
    DatagramServer& operator=(DatagramServer&&) = delete;
    ~DatagramServer();

    enum class Speaks : std::uint8_t { nothing, dns };

    /// Takes over a bound socket (sockets.h).
    std::error_code serve(FileDescriptor socket, Speaks speaks);

    const DatagramCounts& counts() const { return counts_; }

private:
    void answer_all(int socket);
    void receive_all(int socket);

    Loop& loop_;
    AnswerQuery answer_;
    std::vector<FileDescriptor> sockets_;
    std::array<std::byte, 65535> buffer_{};  // the longest datagram
    DatagramCounts counts_;
};

}  // namespace waybill::contained
