#include "capture/owner/local_sockets.h"

#include <doctest/doctest.h>
#include <sys/socket.h>

#include <string>

#include "tests/support/octets.h"

using namespace waybill;
using test::hex;

TEST_CASE("a UNIX socket's address gives its name, printable, and an abstract one behind @")
{
    struct Row {
        const char* what;
        const char* octets;
        const char* name;  // empty: none
    };
    const Row rows[] = {
        {"a path", "01 00 | 2f 72 75 6e 2f 61 00 62", "/run/a"},
        {"a path without a zero", "01 00 | 2f 61", "/a"},
        {"an abstract name", "01 00 | 00 61 2f 62", "@a/b"},
        {"an abstract name with a zero in it", "01 00 | 00 61 00", "@a\\x00"},
        {"what does not print", "01 00 | 61 1b 5c 20 ff", "a\\x1b\\\\\\x20\\xff"},
        {"no name", "01 00", ""},
        {"an empty path", "01 00 | 00", ""},
        {"another family", "02 00 | 00 50 7f 00 00 01", ""},
        {"half a family", "01", ""},
        {"nothing", "", ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK(read_local_address(hex(row.octets)).value_or("") == row.name);
    }
}

TEST_CASE("a name is one of the network namespace's own where its table has one that ends alike")
{
    const std::string table =
        "Num       RefCount Protocol Flags    Type St Inode Path\n"
        "0000000000000000: 00000002 00000000 00010000 0001 01 29001 /run/user/1/agent\n"
        "0000000000000000: 00000002 00000000 00010000 0001 01 29002 sub/relative\n"
        "0000000000000000: 00000002 00000000 00010000 0001 01 29003 @abstract\n"
        "0000000000000000: 00000003 00000000 00000000 0001 03 29004\n";
    CHECK(is_bound_in(table, "/run/user/1/agent"));
    CHECK(is_bound_in(table, "agent"));
    CHECK(is_bound_in(table, "/srv/sub/relative"));
    CHECK(is_bound_in(table, "@abstract"));
    CHECK_FALSE(is_bound_in(table, "/run/user/1/other"));
    CHECK_FALSE(is_bound_in(table, "ent"));
    CHECK_FALSE(is_bound_in("", "agent"));
}

TEST_CASE("datagrams are told from streams")
{
    CHECK(local_kind(SOCK_DGRAM) == LocalSocketKind::unix_datagram);
    CHECK(local_kind(SOCK_STREAM) == LocalSocketKind::unix_stream);
    CHECK(local_kind(SOCK_SEQPACKET) == LocalSocketKind::unix_stream);
}
