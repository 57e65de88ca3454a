#include "capture/owner/stopped_caller.h"

#include <doctest/doctest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>

#include "tests/support/octets.h"

using namespace waybill;
using test::hex;

namespace {

std::uint64_t place_of(const void* object)
{
    return reinterpret_cast<std::uint64_t>(object);  // NOLINT: as a call hands it over
}

}  // namespace

TEST_CASE("an address is read as the socket calls take it")
{
    struct Row {
        const char* what;
        const char* octets;
        const char* address;  ///< null: nothing
        std::uint16_t port;
    };
    const std::vector<Row> rows{
        {"IPv4", "0200 01bb c0000201 0000000000000000", "192.0.2.1", 443},
        {"IPv4, unspecified", "0200 01bb 00000000 0000000000000000", "127.0.0.1", 443},
        {"IPv6", "0a00 01bb 00000000 20010db8000000000000000000000001 00000000", "2001:db8::1", 443},
        {"IPv6 without a scope", "0a00 01bb 00000000 20010db8000000000000000000000001", "2001:db8::1", 443},
        {"IPv6, unspecified", "0a00 01bb 00000000 00000000000000000000000000000000 00000000", "::1", 443},
        {"IPv4 in IPv6", "0a00 01bb 00000000 00000000000000000000ffffc0000201 00000000", "192.0.2.1", 443},
        {"too few octets", "0200 01bb c0000201 00000000000000", nullptr, 0},
        {"too few octets of IPv6", "0a00 01bb 00000000 20010db80000000000000000000000", nullptr, 0},
        {"UNIX", "0100 2f72756e2f61", nullptr, 0},
        {"no family", "02", nullptr, 0},
        {"nothing", "", nullptr, 0},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto read = read_socket_address(hex(row.octets));
        REQUIRE(read.has_value() == (row.address != nullptr));
        if (read)
            CHECK(*read == SocketAddress{*IpAddress::parse(row.address), Port{row.port}});
    }
}

TEST_CASE("a caller's texts are read to their end, over the edge of a page, and not beyond what can be read")
{
    const StoppedCaller self{::gettid()};
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    auto* const memory =
        static_cast<char*>(::mmap(nullptr, 3 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    REQUIRE(memory != MAP_FAILED);
    REQUIRE(::mprotect(memory + 2 * page, page, PROT_NONE) == 0);
    const std::string across(100, 'x');
    std::memcpy(memory + page - 50, across.c_str(), across.size() + 1);
    CHECK(self.text(place_of(memory + page - 50)) == across);
    std::memcpy(memory + 2 * page - 4, "end", 4);
    CHECK(self.text(place_of(memory + 2 * page - 4)) == "end");
    std::memcpy(memory + 2 * page - 4, "open", 4);
    CHECK_FALSE(self.text(place_of(memory + 2 * page - 4)));
    CHECK_FALSE(self.text(0));
    ::munmap(memory, 3 * page);
    const std::array<const char*, 3> vector{"a", "", nullptr};
    CHECK(self.texts(place_of(vector.data())) == std::vector<std::string>{"a", ""});
    const std::string endless(256UL << 10U, 'x');
    CHECK_FALSE(self.text(place_of(endless.data())));
}

TEST_CASE("a caller's messages name their addresses, each once, and those without one name none")
{
    const StoppedCaller self{::gettid()};
    auto one = hex("0200 0007 7f000001 0000000000000000");
    auto other = hex("0200 0008 7f000001 0000000000000000");
    std::array<mmsghdr, 4> messages{};
    messages[0].msg_hdr.msg_name = one.data();
    messages[0].msg_hdr.msg_namelen = static_cast<socklen_t>(one.size());
    messages[1].msg_hdr.msg_name = other.data();
    messages[1].msg_hdr.msg_namelen = static_cast<socklen_t>(other.size());
    messages[3].msg_hdr = messages[0].msg_hdr;
    const auto found = self.message_addresses(place_of(messages.data()), messages.size());
    REQUIRE(found.size() == 2);
    CHECK(found[0].port == Port{7});
    CHECK(found[1].port == Port{8});
    CHECK(self.message_address(place_of(&messages[1])) == found[1]);
    CHECK_FALSE(self.message_address(place_of(&messages[2])));
    CHECK_FALSE(self.message_address(8));
    CHECK(self.message_addresses(place_of(messages.data()), 1).size() == 1);
}
