#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "capture/network/polite_server.h"
#include "capture/network/sockets.h"
#include "tests/support/socket_address.h"

using namespace waybill;
using namespace waybill::contained;

namespace {

using Clock = PoliteServer::Clock;

/// Echoes a query of DNS back, which is enough to see framing.
std::optional<std::vector<std::byte>> echo(Bytes query)
{
    return std::vector<std::byte>(query.begin(), query.end());
}

/// A server on the loopback interface and the time that it is told.
struct Scene {
    explicit Scene(PoliteServer::Speaks speaks, std::size_t most_connections = 100)
        : loop{Loop::create().value()}, server{loop, echo, most_connections}
    {
        auto listener = listen_tcp(IpVersion::v4, Port{0}).value();
        port = local_port(listener.get());
        REQUIRE_FALSE(server.serve(std::move(listener), speaks));
    }

    FileDescriptor connect() const
    {
        FileDescriptor client{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(number(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::connect(client.get(), test::as_sockaddr(address), sizeof address) == 0);
        return client;
    }

    /// Serves until nothing is ready.
    void serve()
    {
        while (loop.run_once(std::chrono::milliseconds{10}))
            continue;
    }

    Loop loop;
    PoliteServer server;
    Port port{};
};

void say(const FileDescriptor& client, std::string_view words)
{
    REQUIRE(::send(client.get(), words.data(), words.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(words.size()));
}

/// What has come; "(closed)" at its end when the server has ended too, "(reset)" when it was not polite.
std::string hear(const FileDescriptor& client)
{
    std::string heard;
    char buffer[4096];
    ssize_t count = 0;
    while ((count = ::recv(client.get(), &buffer[0], sizeof buffer, MSG_DONTWAIT)) > 0)
        heard.append(&buffer[0], static_cast<std::size_t>(count));
    if (count == 0)
        heard += "(closed)";
    else if (errno != EAGAIN)
        heard += "(reset)";
    return heard;
}

}  // namespace

TEST_CASE("a whole request is answered and ended at once")
{
    Scene scene{PoliteServer::Speaks::politely};
    const auto client = scene.connect();
    say(client, "GET / HTTP/1.1\r\n");
    scene.serve();
    CHECK(hear(client).empty());
    say(client, "Host: example.com\r\n\r\n");
    scene.serve();
    const std::string heard = hear(client);
    CHECK(heard.starts_with("HTTP/1.1 503 "));
    CHECK(heard.ends_with("(closed)"));
    CHECK(scene.server.counts().accepted == 1);
}

TEST_CASE("a client that goes on sending after the answer is not reset")
{
    Scene scene{PoliteServer::Speaks::politely};
    const auto client = scene.connect();
    say(client, "POST / HTTP/1.1\r\n\r\n" + std::string(100000, 'x'));
    scene.serve();
    CHECK(hear(client).ends_with("(closed)"));
    say(client, std::string(100000, 'y'));
    scene.serve();
    CHECK(hear(client) == "(closed)");
}

TEST_CASE("silence and unknown protocols are ended after their waiting time, without a word")
{
    struct Row {
        const char* words;
        std::chrono::milliseconds waits;
    };
    for (const Row& row : {Row{"", PoliteServer::silence}, Row{"SSH-2.0-tool\r\n", PoliteServer::pause}}) {
        CAPTURE(row.words);
        Scene scene{PoliteServer::Speaks::politely};
        const auto client = scene.connect();
        say(client, row.words);
        scene.serve();
        const auto now = Clock::now();
        scene.server.tick(now + row.waits / 2);
        CHECK(hear(client).empty());
        scene.server.tick(now + row.waits);
        CHECK(hear(client) == "(closed)");
    }
}

TEST_CASE("a client that ends its side first gets its answer all the same")
{
    Scene scene{PoliteServer::Speaks::politely};
    const auto client = scene.connect();
    say(client, "\x16\x03\x01");
    ::shutdown(client.get(), SHUT_WR);
    scene.serve();
    const std::string heard = hear(client);
    CHECK(heard.starts_with("\x15\x03\x03"));
    CHECK(heard.ends_with("(closed)"));
}

TEST_CASE("first octets are read up to their bound")
{
    Scene scene{PoliteServer::Speaks::politely};
    const auto client = scene.connect();
    say(client, "GET /" + std::string(PoliteServer::first_octets, 'x'));
    scene.serve();
    CHECK(hear(client).starts_with("HTTP/1.1 503 "));
}

TEST_CASE("the oldest connection makes room for a new one, and that is counted")
{
    Scene scene{PoliteServer::Speaks::politely, 2};
    const auto first = scene.connect();
    scene.serve();
    const auto second = scene.connect();
    scene.serve();
    const auto third = scene.connect();
    scene.serve();
    CHECK(hear(first) == "(closed)");
    CHECK(hear(second).empty());
    CHECK(hear(third).empty());
    CHECK(scene.server.counts().accepted == 3);
    CHECK(scene.server.counts().cut_at_bound == 1);
}

TEST_CASE("DNS over TCP answers each query of a connection, however it is cut")
{
    Scene scene{PoliteServer::Speaks::dns};
    const auto client = scene.connect();
    const std::string two_queries{"\0\3abc\0\2de", 9};
    say(client, two_queries.substr(0, 1));
    scene.serve();
    CHECK(hear(client).empty());
    say(client, two_queries.substr(1, 5));
    scene.serve();
    CHECK(hear(client) == two_queries.substr(0, 5));
    say(client, two_queries.substr(6));
    scene.serve();
    CHECK(hear(client) == two_queries.substr(5));
    CHECK(scene.server.counts().dns_queries == 2);
    ::shutdown(client.get(), SHUT_WR);
    scene.serve();
    CHECK(hear(client) == "(closed)");
}
