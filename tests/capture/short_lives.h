#pragma once

#include <netinet/in.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <tuple>

#include "capture/owner/owner_event.h"

namespace waybill::test {

/// What a client said of itself: IP protocol, its port, its pid.
using Exchange = std::tuple<std::uint8_t, std::uint16_t, std::uint32_t>;

/// Memory that processes share.
class SharedExchanges {
public:
    static constexpr std::size_t room = 8192;
    SharedExchanges();
    SharedExchanges(const SharedExchanges&) = delete;
    SharedExchanges& operator=(const SharedExchanges&) = delete;
    SharedExchanges(SharedExchanges&&) = delete;
    SharedExchanges& operator=(SharedExchanges&&) = delete;
    ~SharedExchanges();

    void add(std::uint8_t protocol, const sockaddr_in& peer, std::uint32_t pid);
    std::multiset<Exchange> all() const;

private:
    struct Said {
        std::uint8_t protocol;
        std::uint16_t port;
        std::uint32_t pid;
    };
    struct Log {
        std::size_t count;
        std::array<Said, room> said;
    };
    Log* log_;
};

/// `count` processes that live for an exchange over TCP and one over UDP, `at_once` of them at a time, and their
/// server, to whom each says its pid. Gives how many failed.
int short_lives(std::size_t count, std::size_t at_once, SharedExchanges& said);

/// What events say of the same: the flows from a client's port to the server's, by who connected or sent.
std::multiset<Exchange> told(std::span<const OwnerEvent> events);

}  // namespace waybill::test
