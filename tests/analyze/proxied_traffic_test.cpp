// Legs of local proxies, connections past a proxy, and daemons that are asked.
#include "analyze/proxy/proxied_traffic.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <string>
#include <utility>
#include <vector>

using namespace waybill;
using namespace std::chrono_literals;

namespace {

constexpr std::uint8_t tcp = 6;
constexpr Timestamp start{1'000'000s};
constexpr std::uint64_t asker = 1;
constexpr std::uint64_t proxy = 2;
constexpr std::uint64_t copy_of_proxy = 3;
constexpr std::uint64_t other_asker = 4;
const SocketAddress proxy_place{*IpAddress::parse("127.0.0.1"), Port{8080}};

SocketAddress place(const char* address, std::uint16_t port)
{
    return {*IpAddress::parse(address), Port{port}};
}

std::vector<Process> processes()
{
    std::vector<Process> all(4);
    for (std::uint64_t id = 1; id <= all.size(); ++id) {
        all[id - 1].id = id;
        all[id - 1].executable.path = "/program-" + std::to_string(id);
    }
    all[copy_of_proxy - 1].executable = all[proxy - 1].executable;
    all[copy_of_proxy - 1].parent = proxy;
    return all;
}

/// Flows of a recording, one after another; each process is a contact of its own for each host.
class Exchanges {
public:
    explicit Exchanges(Run with = {}) : run{std::move(with)} { owners.processes = processes(); }

    Flow& to_proxy(std::uint64_t process, std::uint64_t contact, std::chrono::nanoseconds first,
                   std::chrono::nanoseconds last, const char* target)
    {
        Flow& flow = add(process, contact, first, last, proxy_place);
        flow.facts.protocol = Protocol::http;
        const std::string_view text{target};
        flow.facts.app().connect = {target};
        flow.facts.add_name({text.substr(0, text.rfind(':')), NameSource::proxy_connect, flow.first});
        owners.sockets.push_back(socket(proxy_place, flow.client, flow.first, proxy));
        owners.sockets.back().is_inbound = true;
        return flow;
    }

    Flow& add(std::uint64_t process, std::uint64_t contact, std::chrono::nanoseconds first,
              std::chrono::nanoseconds last, const SocketAddress& server, const char* name = nullptr)
    {
        Flow& flow = flows.emplace_back();
        flow.id = flows.size();
        flow.contact = contact;
        flow.transport = Transport::tcp;
        flow.protocol_number = tcp;
        flow.client = place(is_loopback(server.address) ? "127.0.0.1" : "192.0.2.1",
                            static_cast<std::uint16_t>(40'000 + flows.size()));
        flow.server = server;
        flow.first = start + first;
        flow.last = start + last;
        flow.out = {4, 400, 400, 200};
        flow.facts.protocol = Protocol::tls;
        if (name != nullptr)
            flow.facts.add_name({name, NameSource::tls_sni, flow.first});
        owners.sockets.push_back(socket(flow.client, server, flow.first, process));
        return flow;
    }

    ProxiedTraffic::Found finish()
    {
        const OwnerIndex index{owners};
        ProxiedTraffic traffic{run, &index, owners.processes};
        std::uint64_t last = 0;
        for (const Flow& flow : flows) {
            traffic.add(flow, index.find({tcp, 0, flow.client, flow.server, flow.first}).owner);
            last = std::max(last, flow.contact);
        }
        contacts.resize(last);
        for (std::uint64_t id = 1; id <= last; ++id)
            contacts[id - 1].id = id;
        return std::move(traffic).finish(contacts, gaps);
    }

    std::deque<Flow> flows;
    Owners owners;
    Run run;
    std::vector<Contact> contacts;
    GapCounters gaps;

private:
    static SocketRecord socket(const SocketAddress& local, const SocketAddress& remote, Timestamp at,
                               std::uint64_t process)
    {
        static std::uint64_t last = 0;
        SocketRecord record;
        record.at = at;
        record.socket = ++last;
        record.protocol = tcp;
        record.local = local;
        record.remote = remote;
        record.creator = record.connector = record.user = process;
        return record;
    }
};

Run with_proxy(const char* variable, std::vector<std::string> exceptions = {})
{
    Run run;
    run.mode = NetworkMode::host;
    run.proxies = read_proxy_settings(std::vector<std::string>{variable});
    run.proxies.exceptions = std::move(exceptions);
    return run;
}

}  // namespace

TEST_CASE("a connection that a local proxy makes while it is asked for that host is the other leg")
{
    struct Row {
        const char* what;
        std::chrono::nanoseconds first;
        const char* address;
        std::uint16_t port;
        const char* name;
        std::uint64_t process;
        bool is_joined;
    };
    const Row rows[] = {
        {"by name", 1s, "198.51.100.7", 443, "api.example", proxy, true},
        {"by name in other letters", 1s, "198.51.100.7", 443, "API.example", proxy, true},
        {"of a copy of the proxy", 1s, "198.51.100.7", 443, "api.example", copy_of_proxy, true},
        {"another name", 1s, "198.51.100.7", 443, "cdn.example", proxy, false},
        {"no name", 1s, "198.51.100.7", 443, nullptr, proxy, false},
        {"another port", 1s, "198.51.100.7", 8443, "api.example", proxy, false},
        {"before it was asked", -1s, "198.51.100.7", 443, "api.example", proxy, false},
        {"after it was over", 11s, "198.51.100.7", 443, "api.example", proxy, false},
        {"another process's", 1s, "198.51.100.7", 443, "api.example", other_asker, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        Exchanges traffic;
        traffic.to_proxy(asker, 1, 0s, 10s, "api.example:443");
        traffic.add(row.process, 2, row.first, row.first + 1s, place(row.address, row.port), row.name);
        traffic.finish();
        REQUIRE(traffic.contacts[0].via.size() == 1);
        const Via& via = traffic.contacts[0].via.front();
        CHECK(via.process == proxy);
        CHECK(via.proxy == proxy_place);
        CHECK(via.connections == (row.is_joined ? 1 : 0));
        CHECK(via.contacts == (row.is_joined ? std::vector<std::uint64_t>{2} : std::vector<std::uint64_t>{}));
        CHECK(traffic.contacts[1].carries ==
              (row.is_joined ? std::vector<std::uint64_t>{1} : std::vector<std::uint64_t>{}));
        const bool is_meanwhile = row.process != other_asker && row.first >= 0s && row.first <= 10s;
        CHECK(via.others == (!row.is_joined && is_meanwhile ? 1 : 0));
    }
}

TEST_CASE("a target that is an address is matched by the address")
{
    Exchanges traffic;
    traffic.to_proxy(asker, 1, 0s, 10s, "[2001:db8::7]:443");
    traffic.add(proxy, 2, 1s, 2s, place("2001:db8::7", 443));
    traffic.finish();
    CHECK(traffic.contacts[0].via.front().contacts == std::vector<std::uint64_t>{2});
}

TEST_CASE("where two contacts ask for one host at a time, whose a connection is stays unknown, and is counted")
{
    Exchanges traffic;
    traffic.to_proxy(asker, 1, 0s, 10s, "api.example:443");
    traffic.to_proxy(other_asker, 2, 5s, 10s, "api.example:443");
    traffic.add(proxy, 3, 1s, 9s, place("198.51.100.7", 443), "api.example");  // only the first had asked
    traffic.add(proxy, 3, 6s, 9s, place("198.51.100.7", 443), "api.example");
    traffic.finish();
    CHECK(traffic.contacts[0].via.front().connections == 1);
    CHECK(traffic.contacts[0].via.front().others == 1);
    CHECK(traffic.contacts[1].via.front().connections == 0);
    CHECK(traffic.contacts[1].via.front().others == 1);
    CHECK(traffic.contacts[2].carries == std::vector<std::uint64_t>{1});
}

TEST_CASE("a proxy that makes more connections than it was asked for is joined with none, attempts do not count")
{
    Exchanges traffic;
    traffic.to_proxy(asker, 1, 0s, 10s, "api.example:443");
    traffic.add(proxy, 2, 1s, 2s, place("198.51.100.7", 443), "api.example");
    Flow& second = traffic.add(proxy, 2, 3s, 4s, place("198.51.100.8", 443), "api.example");
    SUBCASE("both carry octets")
    {
        traffic.finish();
        CHECK(traffic.contacts[0].via.front().contacts.empty());
        CHECK(traffic.contacts[0].via.front().others == 2);
    }
    SUBCASE("one is an attempt")
    {
        second.out.payload_bytes = 0;
        traffic.finish();
        CHECK(traffic.contacts[0].via.front().connections == 2);
    }
}

TEST_CASE("a request with a Host is one to a proxy where a variable names it, or its other leg shows it")
{
    const auto ask = [](Exchanges& traffic) -> Flow& {
        Flow& flow = traffic.to_proxy(asker, 1, 0s, 10s, "plain.example:80");
        flow.facts.names.clear();
        flow.facts.app().connect.clear();
        flow.facts.app().requests = 1;
        flow.facts.add_name({"plain.example", NameSource::http_host, flow.first});
        return flow;
    };
    Exchanges alone;
    ask(alone);
    alone.finish();
    CHECK(alone.contacts[0].via.empty());  // a server of pages is asked likewise
    Exchanges named{with_proxy("http_proxy=http://localhost:8080")};
    ask(named);
    named.finish();
    CHECK(named.contacts[0].via.size() == 1);
    Exchanges joined;
    ask(joined);
    joined.add(proxy, 2, 1s, 2s, place("198.51.100.7", 80), "plain.example");
    joined.finish();
    CHECK(joined.contacts[0].via.front().contacts == std::vector<std::uint64_t>{2});
}

TEST_CASE("a proxy elsewhere is one leg: the contact has the target, and where it was asked")
{
    Exchanges traffic;
    Flow& flow = traffic.to_proxy(asker, 1, 0s, 10s, "api.example:443");
    flow.server = place("10.0.0.1", 3128);
    traffic.owners.sockets.clear();
    traffic.finish();
    const Via& via = traffic.contacts[0].via.front();
    CHECK(via.proxy == flow.server);
    CHECK(via.process == 0);
    CHECK(via.flows == 1);
}

TEST_CASE("past the proxy is what goes directly where a variable names a proxy for it")
{
    enum class Verdict : std::uint8_t { direct, not_direct, unknown };
    constexpr auto direct = Verdict::direct, not_direct = Verdict::not_direct, unknown = Verdict::unknown;
    struct Row {
        const char* what;
        const char* variable;
        const char* exception;
        const char* address;
        std::uint16_t port;
        Protocol protocol;
        const char* name;
        const char* answer;  // of DNS
        std::uint64_t process;
        Verdict verdict;
    };
    constexpr auto tls = Protocol::tls, quic = Protocol::quic, http = Protocol::http, ssh = Protocol::ssh;
    const char* const local = "HTTPS_PROXY=127.0.0.1:8080";
    const char* const named = "HTTPS_PROXY=proxy.example:3128";
    const Row rows[] = {
        {"TLS", local, "", "198.51.100.7", 443, tls, "a.example", nullptr, asker, direct},
        {"TLS at another port", local, "", "198.51.100.7", 8443, tls, "a.example", nullptr, asker, direct},
        {"QUIC", local, "", "198.51.100.7", 443, quic, "a.example", nullptr, asker, direct},
        {"tried at its port", local, "", "198.51.100.7", 443, Protocol::unknown, nullptr, nullptr, asker, direct},
        {"another port, nothing known", local, "", "198.51.100.7", 22, Protocol::unknown, nullptr, nullptr, asker,
         not_direct},
        {"another protocol", local, "", "198.51.100.7", 443, ssh, nullptr, nullptr, asker, not_direct},
        {"HTTP, of which it says nothing", local, "", "198.51.100.7", 80, http, "a.example", nullptr, asker,
         not_direct},
        {"HTTP", "http_proxy=127.0.0.1:8080", "", "198.51.100.7", 80, http, "a.example", nullptr, asker, direct},
        {"all", "ALL_PROXY=127.0.0.1:8080", "", "198.51.100.7", 80, http, "a.example", nullptr, asker, direct},
        {"this machine", local, "", "127.0.0.1", 443, tls, "a.example", nullptr, asker, not_direct},
        {"excepted by name", local, "a.example", "198.51.100.7", 443, tls, "x.a.example", nullptr, asker, not_direct},
        {"excepted by address", local, "198.51.100.0/24", "198.51.100.7", 443, tls, "a.example", nullptr, asker,
         not_direct},
        {"no name, names excepted", local, "a.example", "198.51.100.7", 443, tls, nullptr, nullptr, asker, unknown},
        {"by the proxy itself", local, "", "198.51.100.7", 443, tls, "a.example", nullptr, proxy, not_direct},
        {"by who may be the proxy that has a name", "HTTPS_PROXY=proxy.example:8080", "", "198.51.100.7", 443, tls,
         "a.example", nullptr, proxy, unknown},
        {"by who may be the proxy at an address", "HTTPS_PROXY=192.0.2.10:8080", "", "198.51.100.7", 443, tls,
         "a.example", nullptr, proxy, unknown},
        {"by a copy of it", local, "", "198.51.100.7", 443, tls, "a.example", nullptr, copy_of_proxy, not_direct},
        {"by nobody known", local, "", "198.51.100.7", 443, tls, "a.example", nullptr, 0, unknown},
        {"to the proxy", "HTTPS_PROXY=198.51.100.7:443", "", "198.51.100.7", 443, tls, "a.example", nullptr, asker,
         not_direct},
        {"to the proxy, any port", "HTTPS_PROXY=198.51.100.7", "", "198.51.100.7", 9, tls, "a.example", nullptr, asker,
         not_direct},
        {"to the proxy by name", named, "", "198.51.100.7", 3128, tls, "b.example", "proxy.example", asker, not_direct},
        {"its port, another name", named, "", "198.51.100.7", 3128, tls, "b.example", "b.example", asker, direct},
        {"its port, no answer", named, "", "198.51.100.7", 3128, tls, "b.example", nullptr, asker, unknown},
        {"another port than its", named, "", "198.51.100.7", 443, tls, nullptr, nullptr, asker, direct},
        {"a value that cannot be read", "HTTPS_PROXY=a b", "", "198.51.100.7", 443, tls, "a.example", nullptr, asker,
         unknown},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        std::vector<std::string> exceptions;
        if (*row.exception != '\0')
            exceptions.emplace_back(row.exception);
        Exchanges traffic{with_proxy(row.variable, exceptions)};
        traffic.to_proxy(asker, 2, 0s, 1s, "c.example:443");  // so that the proxy is known
        Flow& flow = traffic.add(row.process, 1, 5s, 6s, place(row.address, row.port), row.name);
        flow.facts.protocol = row.protocol;
        if (row.answer != nullptr)
            flow.facts.add_name({row.answer, NameSource::dns_answer, flow.first});
        const auto found = traffic.finish();
        const bool is_found =
            found.findings.size() == 1 && found.findings.front().contacts == std::vector<std::uint64_t>{1};
        CHECK(is_found == (row.verdict == direct));
        CHECK(traffic.gaps.count(GapKind::proxy_unknown) == (row.verdict == unknown ? 1 : 0));
    }
}

TEST_CASE("without a variable nothing goes past a proxy")
{
    Exchanges traffic;
    traffic.add(asker, 1, 0s, 1s, place("198.51.100.7", 443), "a.example");
    CHECK(traffic.finish().findings.empty());
}

TEST_CASE("on the host's network a listener on loopback that is none of the recording's is a daemon that was asked")
{
    struct Row {
        const char* what;
        NetworkMode mode;
        bool is_told;  // the listener's socket
        std::uint64_t payload;
        bool lost_events;
        bool is_delegation;
    };
    const Row rows[] = {
        {"a daemon", NetworkMode::host, false, 10, false, true},
        {"a process of the run", NetworkMode::host, true, 10, false, false},
        {"nothing said: refused, it may be", NetworkMode::host, false, 0, false, false},
        {"a listener that may not have been told of", NetworkMode::host, false, 10, true, false},
        {"the sinkhole answers itself", NetworkMode::sinkhole, false, 10, false, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        Run run;
        run.mode = row.mode;
        if (row.lost_events)
            run.gaps = {{GapKind::owner_unknown, 1, "events of the kernel that were lost"}};
        Exchanges traffic{run};
        for (int times = 0; times < 2; ++times) {
            Flow& flow = traffic.to_proxy(asker, 1, 1s, 2s, "a.example:443");
            flow.out.payload_bytes = row.payload;
            if (!row.is_told)
                traffic.owners.sockets.pop_back();
        }
        const auto found = traffic.finish();
        REQUIRE(found.delegations.size() == (row.is_delegation ? 1 : 0));
        CHECK(traffic.gaps.count(GapKind::delegated) == (row.is_delegation ? 2 : 0));
        if (!row.is_delegation)
            continue;
        CHECK(found.delegations.front().process == asker);
        CHECK(found.delegations.front().server == proxy_place);
        CHECK(found.delegations.front().count == 2);
    }
}
