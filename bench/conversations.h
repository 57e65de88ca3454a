#pragma once

#include <cstdint>
#include <string>

#include "bench/random.h"
#include "bench/script.h"

namespace waybill::bench {

enum class Application : std::uint8_t { dns, tls, quic, http };

/// What one connection is to carry.
struct Session {
    std::string host;
    Family family = Family::ipv4;
    std::uint32_t server_number = 0;
    std::uint64_t octets = 0;      ///< of the file that the whole flow should take, about; 0: nothing after the hellos
    std::uint32_t round_trip = 0;  ///< microseconds
    std::uint32_t packet_gap = 0;  ///< microseconds between the packets of a transfer
    std::uint8_t acknowledge_every = 2;  ///< packets of a transfer
    bool disturbed = false;              ///< a segment out of order or sent again, now and then
};

/// Writes the A and AAAA questions for `session.host` and their answers; only that of its family if `single`.
void write_dns(Script& script, const Session& session, bool single, Random& random);

void write_tls(Script& script, const Session& session, Random& random);
void write_quic(Script& script, const Session& session, Random& random);
void write_http(Script& script, const Session& session, Random& random);

/// How a session's octets are divided into requests and responses.
struct Exchanges {
    std::uint32_t count = 0;
    std::uint64_t octets = 0;  ///< payload of each
};
Exchanges divide(const Session& session, const Script& script, Random& random);

/// Microseconds that a client waits before it asks again.
std::uint32_t think_time(Random& random);

}  // namespace waybill::bench
