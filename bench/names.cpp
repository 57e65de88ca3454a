#include "bench/names.h"

#include <array>
#include <string_view>

namespace waybill::bench {
namespace {

constexpr std::array<std::string_view, 8> hosts{"api",      "telemetry", "cdn", "auth",
                                                "registry", "updates",   "www", "logs-v2"};
constexpr std::array<std::string_view, 8> owners{"acme",  "coder", "forge",  "lumen",
                                                 "orbit", "paper", "quartz", "terrace"};
constexpr std::uint32_t ipv4_servers = 131070;  // 198.18.0.0/15 without its first and last address

void put_number(Peer& peer, std::size_t at, std::uint32_t value)
{
    for (std::size_t i = 4; i > 0; --i, value >>= 8U)
        peer.address[at + i - 1] = static_cast<std::uint8_t>(value & 0xffU);
}

Peer documentation_address(std::uint8_t subnet, std::uint32_t number)
{
    Peer peer;
    peer.address = {0x20, 0x01, 0x0d, 0xb8, 0x00, subnet};
    put_number(peer, 12, number);
    return peer;
}

}  // namespace

std::string server_name(std::uint32_t number)
{
    constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyz";
    std::string name{hosts[number % hosts.size()]};
    std::uint32_t rest = number / static_cast<std::uint32_t>(hosts.size());
    name += '.';
    name += owners[rest % owners.size()];
    name += '-';
    do {
        name += digits[rest % digits.size()];
        rest /= static_cast<std::uint32_t>(digits.size());
    } while (rest > 0);
    return name + ".example";
}

Peer server_address(Family family, std::uint32_t number, std::uint16_t port)
{
    Peer peer = documentation_address(2, number + 1);
    if (family == Family::ipv4) {
        peer = {};
        put_number(peer, 0, 0xc6120000U + 1 + number % ipv4_servers);
    }
    peer.port = port;
    return peer;
}

Peer client_address(Family family, std::uint32_t number, std::uint16_t port)
{
    Peer peer = documentation_address(1, number + 1);
    if (family == Family::ipv4) {
        peer = {};
        put_number(peer, 0, 0x0a010001U + number);
    }
    peer.port = port;
    return peer;
}

Peer resolver_address()
{
    Peer peer;
    put_number(peer, 0, 0x0a000035);
    peer.port = 53;
    return peer;
}

}  // namespace waybill::bench
