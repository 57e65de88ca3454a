// What a program meets inside the sinkhole. These cases do nothing by themselves: sinkhole_run_test.cpp runs this
// program in a sinkhole and there asks for them (--no-skip).
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netdb.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/file_descriptor.h"
#include "model/address.h"
#include "tests/support/octets.h"
#include "tests/support/socket_address.h"

using namespace waybill;

namespace {

constexpr timeval patience{10, 0};

struct FreeAddresses {
    void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

Addresses resolve(const std::string& host, const char* port, int type, int flags = 0)
{
    addrinfo hints{};
    hints.ai_socktype = type;
    hints.ai_flags = flags;
    addrinfo* found = nullptr;
    CAPTURE(host);
    REQUIRE(::getaddrinfo(host.c_str(), port, &hints, &found) == 0);
    return Addresses{found};
}

IpAddress address_of(const addrinfo& entry)
{
    sockaddr_storage storage{};
    std::memcpy(&storage, entry.ai_addr, entry.ai_addrlen);
    if (entry.ai_family == AF_INET) {
        sockaddr_in ipv4{};
        std::memcpy(&ipv4, &storage, sizeof ipv4);
        return IpAddress::from_octets(std::as_bytes(std::span{&ipv4.sin_addr, 1}));
    }
    sockaddr_in6 ipv6{};
    std::memcpy(&ipv6, &storage, sizeof ipv6);
    return IpAddress::from_octets(std::as_bytes(std::span{&ipv6.sin6_addr, 1}));
}

FileDescriptor connect(const std::string& address, const char* port, int type)
{
    const Addresses target = resolve(address, port, type, AI_NUMERICHOST);
    FileDescriptor socket{::socket(target->ai_family, type | SOCK_CLOEXEC, 0)};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    CAPTURE(address);
    REQUIRE(::connect(socket.get(), target->ai_addr, target->ai_addrlen) == 0);
    return socket;
}

/// Everything that comes until the other side ends; "(error)" at its end when that was not orderly.
std::string read_all(const FileDescriptor& socket)
{
    std::string heard;
    char buffer[4096];
    ssize_t count = 0;
    while ((count = ::recv(socket.get(), &buffer[0], sizeof buffer, 0)) > 0)
        heard.append(&buffer[0], static_cast<std::size_t>(count));
    return count == 0 ? heard : heard + "(error)";
}

std::string ask(const std::string& address, const char* port, std::string_view words)
{
    const FileDescriptor socket = connect(address, port, SOCK_STREAM);
    REQUIRE(::send(socket.get(), words.data(), words.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(words.size()));
    return read_all(socket);
}

std::string text(const char* digits)
{
    return std::string{as_text(test::hex(digits))};
}

std::string variable(const char* name)
{
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

// A query for the A record of www.example.com (RFC 1035, 4.1).
constexpr const char* query = "1234 0100 0001 0000 0000 0000 | 03 777777 07 6578616d706c65 03 636f6d 00 | 0001 0001";

}  // namespace

TEST_CASE("inside a sinkhole: every name has an address of its own, loopback keeps its names" * doctest::skip())
{
    const Addresses found = resolve("www.example.com", "443", SOCK_STREAM);
    const Addresses again = resolve("WWW.Example.com", "443", SOCK_STREAM);
    const Addresses other = resolve("api.example.com", "443", SOCK_STREAM);
    CHECK(is_synthetic(address_of(*found)));
    CHECK(address_of(*found) == address_of(*again));
    CHECK(address_of(*found) != address_of(*other));
    CHECK(is_loopback(address_of(*resolve("localhost", "80", SOCK_STREAM))));
}

TEST_CASE("inside a sinkhole: any resolver that is asked answers, from the address that was asked" * doctest::skip())
{
    const std::string asked = text(query);
    for (const char* resolver : {"10.77.0.1", "8.8.8.8", "127.0.0.1", "127.0.0.53", "::1", "2001:db8::53"}) {
        CAPTURE(resolver);
        const FileDescriptor socket = connect(resolver, "53", SOCK_DGRAM);  // hears nothing from another address
        REQUIRE(::send(socket.get(), asked.data(), asked.size(), 0) == static_cast<ssize_t>(asked.size()));
        char answer[512];
        CHECK(::recv(socket.get(), &answer[0], sizeof answer, 0) == static_cast<ssize_t>(asked.size()) + 16);
    }
    for (const char* resolver : {"9.9.9.9", "127.0.0.53", "2001:db8::53"}) {
        CAPTURE(resolver);
        const FileDescriptor socket = connect(resolver, "53", SOCK_STREAM);
        const std::string framed = std::string{'\0', static_cast<char>(asked.size())} + asked;
        REQUIRE(::send(socket.get(), framed.data(), framed.size(), 0) == static_cast<ssize_t>(framed.size()));
        ::shutdown(socket.get(), SHUT_WR);
        CHECK(read_all(socket).size() == framed.size() + 16);
    }
}

TEST_CASE("inside a sinkhole: every address and port accepts and ends politely" * doctest::skip())
{
    const std::string request = "GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n";
    CHECK(ask("203.0.113.1", "8443", request).starts_with("HTTP/1.1 503 "));
    CHECK(ask("2001:db8::5", "80", request).starts_with("HTTP/1.1 503 "));
    CHECK(ask("10.77.0.1", "1", request).starts_with("HTTP/1.1 503 "));
    CHECK(ask("198.18.1.1", "443", text("16 0301 0006 | 01 000002 0303")) == text("15 0303 0002 0228"));
    CHECK(ask("192.0.2.25", "25", "").empty());
    for (const char* address : {"192.0.2.1", "2001:db8::7"}) {
        const FileDescriptor socket = connect(address, "443", SOCK_DGRAM);
        CHECK(::send(socket.get(), "hello", 5, 0) == 5);
        CHECK(::send(socket.get(), "again", 5, 0) == 5);  // no ICMP error has come in between
    }
}

TEST_CASE("inside a sinkhole: no door leads to the host" * doctest::skip())
{
    for (const int family : {AF_VSOCK, AF_BLUETOOTH, AF_ALG, AF_XDP, AF_MAX}) {
        CAPTURE(family);
        CHECK(::socket(family, SOCK_STREAM, 0) == -1);
        CHECK(errno == EAFNOSUPPORT);
    }
    // The kernel takes the low half of the register only.
    CHECK(::syscall(SYS_socket, (1UL << 32U) + AF_VSOCK, SOCK_STREAM, 0) == -1);
    CHECK(::syscall(SYS_io_uring_setup, 1, nullptr) == -1);
    CHECK(errno == ENOSYS);
    CHECK(::unshare(CLONE_NEWNET) == -1);
    CHECK(::mount("none", "/tmp", "tmpfs", 0, nullptr) == -1);
    CHECK(::umount2("/run", MNT_DETACH) == -1);
    CHECK(::open("/proc/1/ns/net", O_RDONLY | O_CLOEXEC) == -1);
    const FileDescriptor own{::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)};
    CHECK(::setns(own.get(), CLONE_NEWNET) == -1);
    CHECK(::socket(AF_PACKET, SOCK_RAW, 0) == -1);
    CHECK(::fcntl(std::stoi(variable("WAYBILL_TEST_DESCRIPTOR")), F_GETFD) == -1);  // a socket of the host
    CHECK_FALSE(std::filesystem::exists("/run/systemd"));
    CHECK_FALSE(std::filesystem::exists("/run/dbus"));
    CHECK(variable("SSH_AUTH_SOCK").empty());
    CHECK(::access("/proc/sys/kernel/core_pattern", W_OK) == -1);
}

TEST_CASE("inside a sinkhole: a daemon's socket outside /run refuses" * doctest::skip())
{
    const std::string path = variable("WAYBILL_TEST_FOLDER") + "/daemon";
    const FileDescriptor client{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    REQUIRE(client.get() >= 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(&address.sun_path[0], sizeof address.sun_path - 1);
    CHECK(::connect(client.get(), test::as_sockaddr(address), sizeof address) == -1);
    const FileDescriptor abstract{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::string{"waybill-test"}.copy(&name.sun_path[1], sizeof name.sun_path - 2);
    CHECK(::connect(abstract.get(), test::as_sockaddr(name), sizeof name) == -1);
}

TEST_CASE("inside a sinkhole: the host's own addresses are the sink's" * doctest::skip())
{
    CHECK(
        ask("192.0.2.1", variable("WAYBILL_TEST_PORT").c_str(), "GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 503 "));
    const FileDescriptor socket = connect("192.0.2.1", variable("WAYBILL_TEST_PORT").c_str(), SOCK_DGRAM);
    CHECK(::send(socket.get(), "hello", 5, 0) == 5);
}

TEST_CASE("inside a sinkhole: the command is the same user in the same place" * doctest::skip())
{
    CHECK(std::to_string(::getuid()) == variable("WAYBILL_TEST_UID"));
    CHECK(std::to_string(::geteuid()) == variable("WAYBILL_TEST_UID"));
    CHECK(std::filesystem::current_path() == variable("WAYBILL_TEST_FOLDER"));
    CHECK(variable("HOME") == variable("WAYBILL_TEST_FOLDER") + "/home");
    CHECK(std::filesystem::is_directory(variable("XDG_CACHE_HOME")));
    CHECK(std::filesystem::is_directory(variable("XDG_RUNTIME_DIR")));
}
