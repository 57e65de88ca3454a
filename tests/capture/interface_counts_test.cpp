#include "capture/interface_counts.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

#include "base/file_descriptor.h"
#include "capture/interface_traffic.h"

using namespace waybill;

namespace {

const std::string heading =
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier "
    "compressed\n";
const std::string eth0_line =
    "  eth0: 1532100    1021    0    3    0     0          0         7   240117     998    0    2    0     0       0   "
    " "
    "      0\n";

}  // namespace

TEST_CASE("the kernel's table of interfaces gives what each counted, by its name")
{
    const auto interfaces = parse_interface_counts(heading + eth0_line + "a.b-c:1 2 0 0 0 0 0 0 3 4 0 0 0 0 0 0\n");
    REQUIRE(interfaces);
    REQUIRE(interfaces->size() == 2);
    CHECK(interfaces->at(0) == InterfaceCounts{"eth0", {1021, 1'532'100}, {998, 240'117}, 2});
    CHECK(interfaces->at(1) == InterfaceCounts{"a.b-c", {2, 1}, {4, 3}, 0});
    CHECK(parse_interface_counts(heading)->empty());
}

TEST_CASE("a text of another form is no table of interfaces")
{
    CHECK_FALSE(parse_interface_counts(""));
    CHECK_FALSE(parse_interface_counts(eth0_line));
    for (const char* const line : {"eth0 1 2 0 0 0 0 0 0 3 4 0 0 0 0 0 0\n", " :1 2 0 0 0 0 0 0 3 4 0 0 0 0 0 0\n",
                                   "eth0:1 2 0 0 0 0 0 0 3 4 0 0 0 0 0 0 5\n", "eth0:1 2 3\n",
                                   "eth0:x1 2 0 0 0 0 0 0 3 4 0 0 0 0 0 0\n", "eth0:-1 2 0 0 0 0 0 0 3 4 0 0 0 0 0 0\n",
                                   "eth0:99999999999999999999 1 2 0 0 0 0 0 0 3 4 0 0 0 0 0 0\n", "\n"}) {
        CAPTURE(line);
        CHECK_FALSE(parse_interface_counts(heading + line));
    }
    const std::string whole = heading + eth0_line;
    for (std::size_t length = heading.size() + 1; length + 1 < whole.size(); ++length)
        CHECK_FALSE(parse_interface_counts(whole.substr(0, length)));
}

TEST_CASE("how many IPv6 packets were handed to an interface is told by its file, and by nothing else")
{
    const std::string before = "ifIndex                         \t2\nIp6InReceives                   \t7\n";
    struct {
        std::string text;
        std::optional<std::uint64_t> requests;
    } const rows[] = {{before + "Ip6OutRequests                  \t2\nIp6OutDiscards \t9\n", 2},
                      {"Ip6OutRequests\t18446744073709551615\n", 18446744073709551615ULL},
                      {"Ip6OutRequests 0", 0},
                      {before, std::nullopt},
                      {"", std::nullopt},
                      {"Ip6OutRequests\t\n", std::nullopt},
                      {"Ip6OutRequests\t-1\n", std::nullopt},
                      {"Ip6OutRequests\t1x\n", std::nullopt},
                      {"Ip6OutRequests\t18446744073709551616\n", std::nullopt}};
    for (const auto& row : rows) {
        CAPTURE(row.text);
        CHECK(parse_ipv6_requests(row.text) == row.requests);
    }
}

TEST_CASE("this machine's loopback interface is in the table, and counts octets without a header")
{
    const auto table = InterfaceTable::open();
    REQUIRE(table);
    const auto interfaces = table->read();
    REQUIRE(interfaces);
    CHECK(std::ranges::count(*interfaces, "lo", &InterfaceCounts::name) == 1);
    CHECK(table->ipv6_requests("lo"));
    CHECK_FALSE(table->ipv6_requests("none such"));
    CHECK(table->header_octets("lo") == 0);
    CHECK(table->mtu("lo").value_or(0) > 0);
    CHECK_FALSE(table->header_octets("no-such-link"));
    CHECK_FALSE(table->mtu("a-name-that-is-longer-than-any"));
}

TEST_CASE("an interface that is not there has no counter, and lost packets make its octets uncertain")
{
    const auto missing = InterfaceTraffic::begin("no-such-link");
    REQUIRE(missing);
    CHECK_FALSE(missing->finish(0));
    const auto loopback = InterfaceTraffic::begin("lo");
    REQUIRE(loopback);
    const auto counter = loopback->finish(3);
    REQUIRE(counter);
    CHECK(counter->counter == "interface lo");
    CHECK(counter->lost == Traffic{3, 0});
    CHECK(counter->recorded_once == counter->out);
    CHECK(counter->uncertain.ip_bytes >= 3 * 65'535);
}

TEST_CASE("frames are counted each way from the beginning on, of one interface or of all")
{
    const auto missing = InterfaceTraffic::begin("no-such-link");
    const auto loopback = InterfaceTraffic::begin("lo");
    const auto all = InterfaceTraffic::begin("any");
    REQUIRE((missing && loopback && all));
    const FileDescriptor socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(9);  // discard (RFC 863), where nobody listens
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket calls take every address as this type
    REQUIRE(::sendto(socket.get(), "x", 1, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 1);
    CHECK(missing->frames() == 0);
    CHECK(loopback->frames().value_or(0) >= 2);
    CHECK(all->frames().value_or(0) >= 2);
}

TEST_CASE("a frame that is longer than the wire carries may stand for several with headers of their own")
{
    auto traffic = InterfaceTraffic::begin("no such link");  // of which the usual MTU is taken
    REQUIRE(traffic);
    Packet frame;
    frame.link_type = LinkType::ethernet;
    frame.wire_length = 1514;
    traffic->note_frame(frame);
    CHECK(traffic->merged() == Traffic{});
    frame.wire_length = 14 + 2 * 1448 + 52;
    traffic->note_frame(frame);
    CHECK(traffic->merged().packets >= 1);
    CHECK(traffic->merged().ip_bytes >= 52);
}
