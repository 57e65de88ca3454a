#pragma once

#include <cstdint>

namespace waybill {

/// Who sent octets: the one that opened the connection, or the one that accepted it.
enum class Side : std::uint8_t { client, server };

constexpr Side other(Side side)
{
    return side == Side::client ? Side::server : Side::client;
}

/// One value for each side of a connection.
template <typename T>
struct BothSides {
    T client{};
    T server{};

    constexpr T& operator[](Side side) { return side == Side::client ? client : server; }
    constexpr const T& operator[](Side side) const { return side == Side::client ? client : server; }
};

}  // namespace waybill
