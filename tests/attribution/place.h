#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <cstring>
#include <string>

/// Where something is sent.
struct Place {
    std::string address;
    std::uint16_t port = 0;
};

/// The same as the socket calls take it.
struct Address {
    sockaddr_storage storage{};
    socklen_t length = 0;
    sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

inline Address address_of(const Place& place)
{
    Address made;
    if (place.address.contains(':')) {
        sockaddr_in6 address{};
        address.sin6_family = AF_INET6;
        address.sin6_port = htons(place.port);
        ::inet_pton(AF_INET6, place.address.c_str(), &address.sin6_addr);
        std::memcpy(&made.storage, &address, sizeof address);
        made.length = sizeof address;
        return made;
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(place.port);
    ::inet_pton(AF_INET, place.address.c_str(), &address.sin_addr);
    std::memcpy(&made.storage, &address, sizeof address);
    made.length = sizeof address;
    return made;
}
