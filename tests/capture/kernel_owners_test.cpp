// Who the kernel says owns a socket, held against what the processes themselves say.
#include <doctest/doctest.h>

#include <array>

#include "tests/capture/short_lives.h"
#include "tests/capture/watched_program.h"
#include "tests/support/socket_address.h"

using namespace waybill;
using test::SharedExchanges;
using test::Watched;

TEST_CASE("the kernel tells whose each flow of two thousand short-lived processes is")
{
    Watched watched;
    if (!watched.permitted())
        return;
    SharedExchanges said;
    constexpr std::size_t processes = 2000;
    REQUIRE(watched.run([&said] { return test::short_lives(processes, 8, said); }) == 0);
    CHECK(watched.owners().refused().empty());
    CHECK(watched.owners().losses() == KernelLosses{});
    const auto truth = said.all();
    REQUIRE(truth.size() == 2 * processes);
    CHECK(test::told(watched.events()) == truth);
}

TEST_CASE("packets that do not fit into the kernel's buffer are counted as lost, and the kernel's counters have all")
{
    Watched watched{KernelOwners::most_snaplen};
    if (!watched.permitted())
        return;
    constexpr std::size_t datagrams = 12'000;  // of 4 KiB each in a buffer of 32 MiB
    constexpr std::size_t payload = 600;
    constexpr std::size_t ip_octets = payload + 28;
    const auto send_all = [] {
        const FileDescriptor client = test::make_socket(AF_INET, SOCK_DGRAM);
        sockaddr_in nobody = test::loopback(9);
        const std::array<char, payload> octets{};
        for (std::size_t i = 0; i < datagrams; ++i)
            if (::sendto(client.get(), octets.data(), octets.size(), 0, test::as_sockaddr(nobody), sizeof nobody) < 0)
                return 1;
        return 0;
    };
    REQUIRE(watched.run_unread(send_all) == 0);
    const KernelLosses losses = watched.owners().losses();
    const auto [out, in] = watched.owners().traffic();
    CHECK(losses.packets > 0);
    CHECK(losses.packet_octets == losses.packets * ip_octets);
    CHECK(out == Traffic{datagrams, datagrams * ip_octets});
    CHECK(watched.packets().size() + losses.packets == out.packets + in.packets);
}
