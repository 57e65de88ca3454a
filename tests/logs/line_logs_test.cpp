#include <doctest/doctest.h>

#include <span>
#include <string>

#include "logs/dns_log.h"
#include "logs/line_words.h"
#include "logs/squid_log.h"
#include "logs/web_log.h"
#include "tests/logs/record_text.h"

using namespace waybill;
using namespace waybill::logs;
using test::RecordRow;
using test::text_of;

namespace {

void check(LogRecord (*read)(std::string_view), std::span<const RecordRow> rows)
{
    for (const RecordRow& row : rows) {
        CAPTURE(std::string{row.line});
        CHECK(text_of(read(row.line)) == row.record);
        for (std::size_t size = 0; size < std::string_view{row.line}.size(); ++size)
            read(std::string_view{row.line}.substr(0, size));  // every beginning of a line is read without harm
    }
}

}  // namespace

TEST_CASE("Squid's native log names targets, their address where Squid connected itself, and the user")
{
    const RecordRow rows[] = {
        {"1764000000.123    921 192.0.2.68 TCP_TUNNEL/200 507 CONNECT api.example.com:443 - HIER_DIRECT/203.0.113.1 -",
         "api.example.com 203.0.113.1 :443 /tcp by proxy-connect"},
        {"1764000000.123 -1 192.0.2.68 TCP_MISS/200 507 GET http://a.example/x ada HIER_DIRECT/203.0.113.1 text/html",
         "a.example 203.0.113.1 :80 /tcp by http-host user=ada"},
        {"1764000000.123 1 192.0.2.68 TCP_MISS/200 5 GET http://a.example:8080/ - FIRSTUP_PARENT/192.0.2.9 text/html",
         "a.example :8080 /tcp by http-host"},
        {"1764000000.123 1 192.0.2.68 TCP_TUNNEL/200 5 CONNECT [2001:db8::1]:443 - HIER_DIRECT/2001:db8::1 -",
         "2001:db8::1 :443 /tcp"},
        {"1764000000.123 1 192.0.2.68 TCP_DENIED/403 5 CONNECT a.example:443 - HIER_NONE/- text/html [Host: x] [y]",
         "a.example :443 /tcp by proxy-connect"},
        {"1764000000.123 1 192.0.2.68 NONE/000 0 NONE error:transaction-end-before-headers - HIER_NONE/- -", "nothing"},
        {"1764000000.123 1 192.0.2.68 TCP_MISS/200 5 GET a.example - HIER_NONE/- -", "problem: its URL is none"},
        {"1764000000.123 1 192.0.2.68 TCP_MISS/200 5 CONNECT *:443 - HIER_NONE/- -",
         "problem: it is a pattern, not a host"},
        {"1764000000 1 192.0.2.68 TCP_MISS/200 5 GET http://a.example/ - HIER_NONE/- -",
         "problem: it is no line of a Squid access log in its native format"},
        {"", "problem: it is no line of a Squid access log in its native format"},
    };
    check(read_squid_line, rows);
}

TEST_CASE("logs with request lines name what an absolute target or CONNECT asks for")
{
    const RecordRow rows[] = {
        {R"(192.0.2.7 - ada [22/Nov/2026:10:00:00 +0000] "CONNECT api.example.com:443 HTTP/1.1" 200 0 "-" "curl")",
         "api.example.com :443 /tcp by proxy-connect user=ada"},
        {"192.0.2.7 - - [22/Nov/2026:10:00:00 +0000] \"GET http://a.example/x HTTP/1.1\" 200 0",
         "a.example :80 /tcp by http-host"},
        {"proxy.example:3128 192.0.2.7 - ada [22/Nov/2026:10:00:00 +0000] \"CONNECT a.example:443 HTTP/1.1\" 200 0",
         "a.example :443 /tcp by proxy-connect user=ada"},
        {"192.0.2.7 - - [22/Nov/2026:10:00:00 +0000] \"GET /?u=http://a.example/ HTTP/1.1\" 200 0", "nothing"},
        {"192.0.2.7 - - [22/Nov/2026:10:00:00 +0000] \"-\" 408 0", "nothing"},
        {R"(192.0.2.7 - - [22/Nov/2026:10:00:00 +0000] "\x16\x03\x01\x02" 400 0)", "nothing"},
        {R"(192.0.2.7 - - [22/Nov/2026:10:00:00 +0000] "CONNECT a\"b:443 HTTP/1.1" 400 0)",
         "problem: it names neither a host nor an address"},
        {"192.0.2.7 - - [22/Nov/2026:10:00:00 +0000] \"CONNECT a.example:443",
         "problem: it is no line of a common or combined log"},
        {"CONNECT   Nov 22 10:00:00.123 [1234]: Request (file descriptor 7): CONNECT a.example:443 HTTP/1.1",
         "a.example :443 /tcp by proxy-connect"},
        {"CONNECT   Nov 22 10:00:00 [1234]: Request (file descriptor 7): GET http://a.example/ HTTP/1.1",
         "a.example :80 /tcp by http-host"},
        {"CONNECT   Nov 22 10:00:00.123 [1234]: Established connection to host \"a.example\" using file descriptor 8.",
         "nothing"},
        {"INFO      Nov 22 10:00:00.123 [1234]: Closed connection between local client (fd:7) and remote client (fd:8)",
         "nothing"},
        {"Nov 22 10:00:00 lb haproxy[14389]: 192.0.2.7:33317 [22/Nov/2026:10:00:00.655] f~ b/s 1/0/3/6/10 200 27 - - "
         "---- "
         "1/1/1/1/0 0/0 \"GET / HTTP/1.1\" 0/0/0/0/0 api.example.com/TLSv1.3/TLS_AES_128_GCM_SHA256",
         "api.example.com /tcp by tls-sni"},
        {"Nov 22 10:00:00 lb haproxy[14389]: 192.0.2.7:33317 [22/Nov/2026:10:00:00.655] f b/s 1/0/3/6/10 200 27 - - "
         "---- "
         "1/1/1/1/0 0/0 \"CONNECT a.example:443 HTTP/1.1\"",
         "a.example :443 /tcp by proxy-connect"},
        {"Nov 22 10:00:00 lb haproxy[14389]: Proxy f started.", "nothing"},
        {"what is this", "problem: it is no line of a common or combined log"},
    };
    check(read_web_line, rows);
}

TEST_CASE("dnsmasq's log names what was asked for, and answers name nothing new")
{
    const RecordRow rows[] = {
        {"Nov 22 10:00:00 dnsmasq[12]: query[A] api.example.com from 192.0.2.7", "api.example.com by dns-query"},
        {"Nov 22 10:00:00 host dnsmasq[12]: 45 192.0.2.7/53124 query[AAAA] api.example.com from 192.0.2.7",
         "api.example.com by dns-query"},
        {"Nov 22 10:00:00 dnsmasq: query[type=65] api.example.com from 192.0.2.7", "api.example.com by dns-query"},
        {"Nov 22 10:00:00 dnsmasq[12]: query[NS] . from 192.0.2.7", "nothing"},
        {"Nov 22 10:00:00 dnsmasq[12]: forwarded api.example.com to 192.0.2.53", "nothing"},
        {"Nov 22 10:00:00 dnsmasq[12]: reply api.example.com is 203.0.113.1", "nothing"},
        {"Nov 22 10:00:00 dnsmasq[12]: gravity blocked api.example.com is 0.0.0.0", "nothing"},
        {"Nov 22 10:00:00 dnsmasq-dhcp[12]: DHCPACK(eth0) 192.0.2.7 pc1", "nothing"},
        {"Nov 22 10:00:00 dnsmasq[12]: query[A] a..b from 192.0.2.7",
         "problem: it names neither a host nor an address"},
        {"Nov 22 10:00:00 dnsmasq[12]: query[A]", "problem: it names no question"},
        {"Nov 22 10:00:00 cron[12]: job", "problem: it is no line of dnsmasq"},
    };
    check(read_dnsmasq_line, rows);
}

TEST_CASE("BIND's query log names what was asked for")
{
    const RecordRow rows[] = {
        {"22-Nov-2026 10:00:00.123 queries: info: client @0x7f81 192.0.2.7#53124 (api.example.com): query: "
         "api.example.com IN A +E(0)K (192.0.2.1)",
         "api.example.com by dns-query"},
        {"22-Nov-2026 10:00:00.123 client @0x7f81 192.0.2.7#53124 (a.example): view in: query: a.example IN HTTPS + "
         "(192.0.2.1)",
         "a.example by dns-query"},
        {"Nov 22 10:00:00 ns named[12]: client 192.0.2.7#53124 (a.example): query: a.example IN AAAA +",
         "a.example by dns-query"},
        {"Nov 22 10:00:00 ns named[12]: zone a.example/IN: loaded serial 1", "nothing"},
        {"22-Nov-2026 10:00:00.123 queries: info: client 192.0.2.7#5 (.): query: . IN NS +", "nothing"},
        {"22-Nov-2026 10:00:00.123 queries: info: client 192.0.2.7#5 (x): query: a b", "problem: it names no question"},
        {"what is this", "problem: it is no line of BIND"},
    };
    check(read_bind_line, rows);
}

TEST_CASE("Unbound's log names what was asked for")
{
    const RecordRow rows[] = {
        {"[1764000000] unbound[12:0] info: 192.0.2.7 api.example.com. A IN", "api.example.com by dns-query"},
        {"[1764000000] unbound[12:0] info: 192.0.2.7 a.example. AAAA IN NOERROR 0.000 0 63", "a.example by dns-query"},
        {"[1764000000] unbound[12:0] query: 2001:db8::7 a.example. A IN", "a.example by dns-query"},
        {"[1764000000] unbound[12:0] reply: 192.0.2.7 a.example. A IN NOERROR 0.1 0 63", "a.example by dns-query"},
        {"[1764000000] unbound[12:0] info: resolving a.example. A IN", "nothing"},
        {"Nov 22 10:00:00 ns unbound: [12:0] info: 192.0.2.7 a.example. A IN", "a.example by dns-query"},
        {"[1764000000] unbound[12:0] notice: init module 0: validator", "nothing"},
        {"[1764000000] unbound[12:0] info: 192.0.2.7 a..b. A IN", "problem: it names neither a host nor an address"},
        {"what is this", "problem: it is no line of Unbound"},
    };
    check(read_unbound_line, rows);
}

TEST_CASE("words stand between blanks, and the last of a bound holds what is left")
{
    CHECK(words_of("", 3).empty());
    CHECK(words_of("  a  b ", 3).size() == 2);
    const auto words = words_of(" a b  c d ", 3);
    REQUIRE(words.size() == 3);
    CHECK(words[2] == "c d ");
    CHECK(behind("a: b: c", ": ") == "b: c");
    CHECK(behind("abc", ": ").empty());
}
