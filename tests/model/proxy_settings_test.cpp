#include "model/proxy_settings.h"

#include <doctest/doctest.h>

#include <vector>

using namespace waybill;

namespace {

ProxySettings settings(std::vector<std::string> environment)
{
    return read_proxy_settings(environment);
}

}  // namespace

TEST_CASE("of a variable that names a proxy the host and the port are kept, and nothing of who asks for it")
{
    struct Row {
        const char* value;
        const char* host;
        std::uint16_t port;
    };
    const Row rows[] = {
        {"http://proxy.example:3128", "proxy.example", 3128},
        {"proxy.example:3128", "proxy.example", 3128},
        {"Proxy.Example.", "proxy.example", 0},
        {"http://proxy.example/", "proxy.example", 0},
        {"http://proxy.example:3128/path?query#part", "proxy.example", 3128},
        {"http://[2001:db8::1]:3128/", "2001:db8::1", 3128},
        {"socks5h://127.0.0.1:1080", "127.0.0.1", 1080},
        {"http://user:secret@proxy.example:3128", "proxy.example", 3128},
        {"user:secret@proxy.example", "proxy.example", 0},
        {"http://user:se@cret@proxy.example:3128", "proxy.example", 3128},
        {"http://user:se/cret@proxy.example:3128", "", 0},  // where the host begins is not sure
        {"http://user:se?cret@proxy.example:3128", "", 0},
        {"http://user:secret@", "", 0},
        {"http://user:secret", "", 0},  // no port
        {"proxy.example:0", "", 0},
        {"proxy.example:70000", "", 0},
        {"proxy.example:3128x", "", 0},
        {"[2001:db8::1", "", 0},
        {"[2001:db8::1]3128", "", 0},
        {"two words", "", 0},
        {"http://", "", 0},
    };
    for (const Row& row : rows) {
        CAPTURE(row.value);
        const auto found = settings({std::string{"HTTPS_PROXY="} + row.value});
        REQUIRE(found.variables.size() == 1);
        CHECK(found.variables.front() == ProxyVariable{"HTTPS_PROXY", row.host, Port{row.port}});
    }
}

TEST_CASE("the variables of proxies are told from all others, an empty one is as good as none")
{
    const auto found = settings({"https_proxy=b:1", "HTTP_PROXY=a:1", "ALL_PROXY=c:1", "all_proxy=", "ftp_proxy=d:1",
                                 "XHTTP_PROXY=e:1", "Http_Proxy=f:1", "NO_PROXY"});
    REQUIRE(found.variables.size() == 3);
    CHECK(found.variables[0] == ProxyVariable{"ALL_PROXY", "c", Port{1}});
    CHECK(found.variables[0].scheme() == ProxiedScheme::all);
    CHECK(found.variables[1].scheme() == ProxiedScheme::http);
    CHECK(found.variables[2].scheme() == ProxiedScheme::https);
    CHECK(found.exceptions.empty());
}

TEST_CASE("NO_PROXY is kept as far as it names hosts and addresses")
{
    const auto found = settings({"NO_PROXY=Localhost,.acme.example, *.b.example 10.0.0.0/8,192.0.2.1,[2001:db8::1]:80",
                                 "no_proxy=localhost,user:secret@c.example,c.example:8443,d.example:x"});
    CHECK(found.exceptions == std::vector<std::string>{"localhost", ".acme.example", "*.b.example", "10.0.0.0/8",
                                                       "192.0.2.1", "[2001:db8::1]:80", "c.example:8443"});
}

TEST_CASE("an exception stands for a name and all below it, by any of the usual ways to write it")
{
    struct Row {
        const char* exception;
        const char* host;
        bool is_excepted;
    };
    const Row rows[] = {
        {"acme.example", "acme.example", true},
        {"acme.example", "API.Acme.Example.", true},
        {".acme.example", "acme.example", true},
        {"*.acme.example", "a.b.acme.example", true},
        {"acme.example", "notacme.example", false},
        {"acme.example:443", "api.acme.example", true},
        {"*", "anything.example", true},
        {"10.0.0.0/8", "acme.example", false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.exception);
        CAPTURE(row.host);
        CHECK(excepts_host(settings({std::string{"NO_PROXY="} + row.exception}), row.host) == row.is_excepted);
    }
}

TEST_CASE("an exception stands for an address by itself or by a range")
{
    const auto found = settings({"NO_PROXY=10.0.0.0/8,192.0.2.1,[2001:db8::1]:80,acme.example"});
    CHECK(excepts_address(found, *IpAddress::parse("10.1.2.3")));
    CHECK(excepts_address(found, *IpAddress::parse("192.0.2.1")));
    CHECK(excepts_address(found, *IpAddress::parse("2001:db8::1")));
    CHECK_FALSE(excepts_address(found, *IpAddress::parse("192.0.2.2")));
    CHECK(excepts_names(found));
    CHECK_FALSE(excepts_names(settings({"NO_PROXY=10.0.0.0/8,*"})));
    CHECK(excepts_address(settings({"NO_PROXY=*"}), *IpAddress::parse("192.0.2.2")));
}
