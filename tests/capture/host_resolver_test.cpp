#include "capture/network/host_resolver.h"

#include <doctest/doctest.h>

#include "capture/network/uplink.h"

using namespace waybill;
using namespace waybill::contained;

TEST_CASE("the host's resolver is read with what another network can reach apart from what only the host can")
{
    struct Row {
        const char* text;
        std::vector<const char*> servers;
        std::vector<std::string> lines;
        bool is_local;
    };
    const std::vector<Row> rows{
        {"nameserver 192.0.2.53\nnameserver 2001:db8::53\n", {"192.0.2.53", "2001:db8::53"}, {}, false},
        {"nameserver 127.0.0.53\noptions edns0 trust-ad\nsearch a.example\n",
         {},
         {"options edns0 trust-ad", "search a.example"},
         true},
        {"nameserver ::1\nnameserver 192.0.2.53", {"192.0.2.53"}, {}, true},
        {"nameserver fe80::1%eth0\n", {"fe80::1"}, {}, false},
        {"# nameserver 192.0.2.53\nnameserver\nnameserver nonsense\n\n", {}, {}, false},
        {"", {}, {}, false},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string{row.text});
        const HostResolver read = read_resolver(row.text);
        std::vector<IpAddress> servers;
        for (const char* text : row.servers)
            servers.push_back(*IpAddress::parse(text));
        CHECK(read.servers == servers);
        CHECK(read.lines == row.lines);
        CHECK(read.is_local == row.is_local);
    }
}

TEST_CASE("pasta brings the routes that the host has, slirp4netns that of IPv4")
{
    CHECK(routes_over(UplinkKind::pasta, {true, true}) == DefaultRoutes{true, true});
    CHECK(routes_over(UplinkKind::pasta, {false, true}) == DefaultRoutes{false, true});
    CHECK(routes_over(UplinkKind::slirp4netns, {true, true}) == DefaultRoutes{true, false});
}
