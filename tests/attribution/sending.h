#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "tests/attribution/place.h"

/// What the sender knows of a flow's octets; -1: it does not know.
struct Octets {
    long out = -1;
    long in = -1;
    long ip_out = -1;  ///< with the headers of IP and of the transport, what was sent again too
    long ip_in = -1;
    long again = 0;  ///< of those of payload that went out, what was sent again
};

inline const std::string payload(2'000'000, 'w');

/// Says a flow, and who is to be named for it: a pid, several with bars between them, or `pid@program`.
void say(int protocol, std::uint16_t local, std::uint16_t remote, const std::string& who, const Octets& octets);
void say(int protocol, std::uint16_t local, std::uint16_t remote, const Octets& octets);  ///< of this process

int make_socket(const Place& place, int type, int protocol = 0);
std::uint16_t local_port(int socket);
int connected(const Place& place, int type);
void send_all(int socket, std::size_t octets);

/// So many datagrams out, of so many octets each, and others in.
Octets datagrams(const Place& place, std::size_t out, std::size_t out_each, std::size_t in = 0,
                 std::size_t in_each = 0);

/// Ends a connection on which `sent` octets were sent once the other side has ended it, or says nothing for a while;
/// then says the flow, with the kernel's counts for the socket (tcp(7), TCP_INFO).
void end(int socket, const Place& place, std::size_t sent, const std::string& who);
void end(int socket, const Place& place, std::size_t sent);

void tcp(const Place& place, std::size_t octets);  ///< a connection, with so many octets sent
void udp_unconnected(const Place& place);
