#include "logs/named_endpoint.h"

#include <doctest/doctest.h>

#include <string>

#include "logs/line_formats.h"
#include "tests/logs/record_text.h"

using namespace waybill;
using namespace waybill::logs;
using test::RecordRow;
using test::text_of;

TEST_CASE("a host list names hosts, addresses and URLs, and says what is none")
{
    const RecordRow rows[] = {
        {"api.example.com", "api.example.com by entry"},
        {"  API.Example.COM.  ", "api.example.com by entry"},
        {"api.example.com:8443", "api.example.com :8443 by entry"},
        {"api.example.com:443/udp", "api.example.com :443 /udp by entry"},
        {"api.example.com/v1/messages", "api.example.com by entry"},
        {"api.example.com/443", "api.example.com by entry"},
        {"https://api.example.com/v1?x=1#y", "api.example.com :443 by entry"},
        {"HTTP://api.example.com", "api.example.com :80 by entry"},
        {"wss://ada:secret@api.example.com:9/", "api.example.com :9 by entry"},
        {"gopher://api.example.com", "api.example.com by entry"},
        {"https://[2001:db8::1]/", "2001:db8::1 :443"},
        {"192.0.2.1", "192.0.2.1"},
        {"192.0.2.1.", "192.0.2.1"},
        {"a.example..", "problem: it names neither a host nor an address"},
        {"192.0.2.1:53/udp", "192.0.2.1 :53 /udp"},
        {"[2001:db8::1]:443", "2001:db8::1 :443"},
        {"2001:db8::1", "2001:db8::1"},
        {"localhost", "localhost by entry"},
        {"# a comment", "nothing"},
        {"", "nothing"},
        {"   ", "nothing"},
        {"api.example.com # for the tool", "api.example.com by entry"},
        {"https://api.example.com/#part", "api.example.com :443 by entry"},
        {"*.example.com", "problem: it is a pattern, not a host"},
        {"192.0.2.0/24", "problem: it is a range of addresses, not one"},
        {"two words", "problem: it names neither a host nor an address"},
        {"-", "problem: it names neither a host nor an address"},
        {"https://", "problem: it names neither a host nor an address"},
        {"api.example.com:0", "problem: its port is not a number from 1 to 65535"},
        {"api.example.com:99999", "problem: it names neither a host nor an address"},
        {"ada@example.com", "problem: it is not clear where its host begins"},
        {"a..example.com", "problem: it names neither a host nor an address"},
        {"ap\x1b[31m.example.com", "problem: it names neither a host nor an address"},
    };
    for (const RecordRow& row : rows) {
        CAPTURE(std::string{row.line});
        CHECK(text_of(read_host_line(row.line)) == row.record);
    }
}

TEST_CASE("the root of the DNS is a name that is no endpoint")
{
    REQUIRE(read_name(".", NamedBy::dns_query).has_value());
    CHECK(read_name(".", NamedBy::dns_query)->is_empty());
    CHECK(read_name_record(".", NamedBy::dns_query).kind == LogRecord::Kind::nothing);
    CHECK_FALSE(read_endpoint(".", NamedBy::entry).has_value());
}

TEST_CASE("a transport is told by its word in any case or by its number")
{
    CHECK(read_transport("Tcp") == Transport::tcp);
    CHECK(read_transport("17") == Transport::udp);
    CHECK(read_transport("ICMP") == Transport::icmp);
    CHECK_FALSE(read_transport("").has_value());
    CHECK_FALSE(read_transport("tcpx").has_value());
}

TEST_CASE("a cell that stands for nothing there is told as such")
{
    for (const char* const cell : {"", " ", "-", "(empty)", "NULL", "n/a", "None"}) {
        CAPTURE(std::string{cell});
        CHECK(is_absent(cell));
    }
    CHECK_FALSE(is_absent("--"));
    CHECK_FALSE(is_absent("nobody.example"));
}
