#include "capture/owner/owners_file.h"

#include <doctest/doctest.h>

#include <vector>

using namespace waybill;
using namespace std::chrono_literals;

namespace {

Owners some_owners()
{
    Owners owners;
    Process shell;
    shell.id = 1;
    shell.pid = 4711;
    shell.inner_pid = 3;
    shell.start = Timestamp{1'764'000'000s};
    shell.began = shell.start + 5ms;
    shell.executable = {"/bin/dash", std::string(64, 'a')};
    shell.arguments = {"sh", "-c", "node \"x\" \x1b[31m"};
    shell.redacted = 1;
    shell.arguments_missing = 12;
    shell.working_directory = "/srv";
    shell.uid = 1000;
    shell.cgroup = "/waybill-1";
    shell.container = std::string(64, '0');
    shell.ended = shell.start + 1s;
    shell.status = 256;
    Process node = shell;
    node.id = 2;
    node.parent = 1;
    node.previous = 1;
    node.was_running = true;
    node.executable.sha256.clear();
    node.script = ProgramFile{"/srv/cli.js", std::string(64, 'b')};
    node.package = Package{"@acme/coder", "1.2.3"};
    node.package_root = "/srv/lib";
    node.extension_host = ExtensionHost{{{"acme.alpha", "1.2.3"}, {"acme.beta", ""}}, 90, 1};
    node.ended.reset();
    node.status.reset();
    owners.processes = {shell, node};
    SocketRecord socket;
    socket.at = shell.start + 2s;
    socket.socket = 17;
    socket.network_namespace = 4'026'531'833;
    socket.protocol = 6;
    socket.local = {*IpAddress::parse("192.0.2.1"), Port{40000}};
    socket.remote = {*IpAddress::parse("2001:db8::1"), Port{443}};
    socket.creator = 1;
    socket.connector = 2;
    socket.user = 2;
    socket.is_inbound = true;
    SocketRecord frame;
    frame.at = socket.at;
    frame.is_frame = true;
    frame.is_pre_existing = true;
    owners.sockets = {socket, frame};
    owners.uses = {{socket.at + 1s, 17, 1, true}};
    owners.local_sockets = {{socket.at + 2s, 18, 2, LocalSocketKind::unix_datagram, "@a\\x00", 812, "/usr/bin/dockerd",
                             LocalSocketOutcome::answered, true}};
    const TreeState begun{socket.at, socket.at + 1ms, std::string(64, 'd'), 3, 1, 4096, 2};
    const TreeState ended{socket.at + 3s, socket.at + 4s, {}, 2, 0, 12, 0};
    using enum TreeChange::Kind;
    owners.package_trees = {
        {"/srv/lib", *node.package, 2, begun, ended, 30, {{changed, "a.js"}, {added, "b\x1b"}, {removed, "c"}}},
        {"/srv/other", *node.package, 2, begun, {}, 0, {}}};
    return owners;
}

std::string written(const Owners& owners)
{
    std::string text = owners_file::header("kernel", Timestamp{1s});
    for (const Process& process : owners.processes)
        text += owners_file::line(process);
    for (const SocketRecord& socket : owners.sockets)
        text += owners_file::line(socket);
    for (const SocketUse& use : owners.uses)
        text += owners_file::line(use);
    for (const LocalSocketRecord& called : owners.local_sockets)
        text += owners_file::line(called);
    for (PackageTree tree : owners.package_trees) {
        const auto end = std::exchange(tree.end, std::nullopt);
        text += owners_file::line(tree);
        tree.end = end;
        if (end)
            text += owners_file::line(tree);
    }
    return text;
}

}  // namespace

TEST_CASE("owners.ndjson reads back as it was written, and nothing in it steers a terminal")
{
    const Owners owners = some_owners();
    const std::string text = written(owners);
    CHECK(owners_file::read(text) == owners);
    CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("a digest and an end that come later are the process's")
{
    Owners owners = some_owners();
    std::string text = written(owners);
    text += owners_file::digest(2, std::string(64, 'c'));
    text += owners_file::left(2, Timestamp{8s});  // for people: no claim hangs on it
    text += owners_file::ended(2, Timestamp{9s}, 9);
    owners.processes[1].executable.sha256 = std::string(64, 'c');
    owners.processes[1].ended = Timestamp{9s};
    owners.processes[1].status = 9;
    CHECK(owners_file::read(text) == owners);
}

TEST_CASE("owners.ndjson that broke off reads as far as its last whole line")
{
    const std::string text = written(some_owners());
    for (std::size_t size = 0; size <= text.size(); ++size) {
        CAPTURE(size);
        CHECK(owners_file::read(std::string_view{text}.substr(0, size)));
    }
}

TEST_CASE("a line that is not as it should be is told with its number")
{
    struct Row {
        const char* what;
        std::string text;
        std::size_t line;
    };
    const std::string header = owners_file::header("kernel", Timestamp{1s});
    const std::vector<Row> rows{
        {"no JSON", header + "{\n", 2},
        {"no object", "7\n", 1},
        {"another version", "{\"type\":\"use\",\"v\":2}\n", 1},
        {"a member missing", "{\"type\":\"use\",\"v\":1}\n", 1},
        {"a process out of order", header + owners_file::line(some_owners().processes[1]), 2},
        {"a process that is not there", header + owners_file::line(some_owners().uses[0]), 2},
        {"a number beyond its type", "{\"type\":\"use\",\"v\":1e300}\n", 1},
        {"a negative number", "{\"type\":\"process\",\"v\":1,\"id\":-1}\n", 1},
        {"a fraction", "{\"type\":\"process\",\"v\":1,\"id\":1.5}\n", 1},
        {"the end of nobody", owners_file::ended(0, Timestamp{1s}, 0), 1},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto read = owners_file::read(row.text);
        REQUIRE_FALSE(read);
        CHECK(read.error().line == row.line);
        CHECK_FALSE(read.error().message.empty());
    }
    CHECK(owners_file::read("{\"type\":\"of a later version\",\"v\":1}\n") == Owners{});
}
