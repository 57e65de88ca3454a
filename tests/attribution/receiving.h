#pragma once

#include "tests/attribution/place.h"

// Ways of receiving from a server that gives as many octets as it is asked for ("give 1000"). Where it gives nothing,
// the flow is said and the program ends with `unanswered`.
void tcp_download(const Place& place);
void tcp_splice_download(const Place& place);
void tcp_io_uring_download(const Place& place);
void udp_download(const Place& place);
void udp_recvmmsg(const Place& place);
/// One flow up and one down at the same time, each of a thread.
void tcp_both_ways(const Place& place);
void udp_both_ways(const Place& place);
