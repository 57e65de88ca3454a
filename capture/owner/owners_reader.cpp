#include <algorithm>
#include <exception>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "base/json_number.h"
#include "capture/owner/owners_file.h"

namespace waybill::owners_file {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_trees = 4096;

ExtensionHost extension_host_from(const Json& value)
{
    ExtensionHost host;
    for (const Json& extension : value.at("extensions"))
        host.extensions.push_back({extension.at("name"), extension.at("version")});
    host.built_in = whole_number<std::uint64_t>(value.at("built_in"));
    host.unread = whole_number<std::uint64_t>(value.at("unread"));
    return host;
}

Timestamp time_from(const Json& value)
{
    const auto time = from_rfc3339(value.get<std::string>());
    if (!time)
        throw std::invalid_argument("a time that is not RFC 3339");
    return *time;
}

SocketAddress address_from(const Json& value)
{
    const auto text = value.at("address").get<std::string>();
    const auto address = IpAddress::parse(text);
    if (!address && text != IpAddress{}.text())
        throw std::invalid_argument("an address that is none");
    return {address.value_or(IpAddress{}), Port{whole_number<std::uint16_t>(value.at("port"))}};
}

std::string digest_from(const Json& value)
{
    return value.is_null() ? std::string{} : value.get<std::string>();
}

ProgramFile file_from(const Json& value)
{
    return {value.at("path"), digest_from(value.at("sha256"))};
}

TreeState tree_state_from(const Json& value)
{
    TreeState state;
    state.at = time_from(value.at("at"));
    state.read = time_from(value.at("read"));
    state.sha256 = digest_from(value.at("sha256"));
    state.files = whole_number<std::uint64_t>(value.at("files"));
    state.links = whole_number<std::uint64_t>(value.at("links"));
    state.octets = whole_number<std::uint64_t>(value.at("octets"));
    state.unread = whole_number<std::uint64_t>(value.at("unread"));
    return state;
}

/// The one of these whose word it is.
template <typename Value>
Value word_from(const Json& json, std::initializer_list<Value> values)
{
    const auto word = json.get<std::string>();
    for (const Value value : values)
        if (waybill::text(value) == word)
            return value;
    throw std::invalid_argument("a word that is not known");
}

/// Reads the file's lines in order.
class Reader {
public:
    void take(const Json& line)
    {
        if (whole_number<int>(line.at("v")) != format_version)
            throw std::invalid_argument("a version of the format that is not read here");
        const auto type = line.at("type").get<std::string>();
        if (type == "header")
            owners_.network_namespace = whole_number<std::uint32_t>(line.at("network_namespace"));
        else if (type == "process")
            take_process(line);
        else if (type == "process-end")
            take_end(line);
        else if (type == "digest")
            process(line.at("process")).executable.sha256 = line.at("sha256");
        else if (type == "socket")
            take_socket(line);
        else if (type == "use")
            owners_.uses.push_back({time_from(line.at("at")), whole_number<std::uint64_t>(line.at("socket")),
                                    id_from(line.at("process")), line.at("was_used").get<bool>()});
        else if (type == "local-socket")
            take_local_socket(line);
        else if (type == "package-tree")
            take_package_tree(line);
        else if (type == "package-tree-end")
            take_package_tree_end(line);
        // A line of another type is of a later version, which adds to what these say.
    }

    Owners owners() && { return std::move(owners_); }

private:
    std::uint64_t id_from(const Json& value) const
    {
        const auto id = whole_number<std::uint64_t>(value);
        if (id > owners_.processes.size())
            throw std::invalid_argument("a process that is not there");
        return id;
    }

    Process& process(const Json& value)
    {
        const std::uint64_t id = id_from(value);
        if (id == 0)
            throw std::invalid_argument("no process where one belongs");
        return owners_.processes[id - 1];
    }

    void take_process(const Json& line)
    {
        Process process;
        process.id = whole_number<std::uint64_t>(line.at("id"));
        if (process.id != owners_.processes.size() + 1)
            throw std::invalid_argument("a process out of order");
        process.pid = whole_number<std::uint32_t>(line.at("pid"));
        process.inner_pid = whole_number<std::uint32_t>(line.at("inner_pid"));
        process.start = time_from(line.at("start"));
        process.began = time_from(line.at("began"));
        process.parent = id_from(line.at("parent"));
        process.previous = id_from(line.at("previous"));
        process.was_running = line.at("was_running");
        process.executable = {line.at("exe"), digest_from(line.at("exe_sha256"))};
        process.arguments = line.at("argv").get<std::vector<std::string>>();
        process.redacted = whole_number<std::uint64_t>(line.at("argv_redacted"));
        process.arguments_missing = whole_number<std::uint64_t>(line.at("argv_missing"));
        process.working_directory = line.at("cwd");
        process.uid = whole_number<std::uint32_t>(line.at("uid"));
        process.cgroup = line.at("cgroup");
        process.container = line.at("container");
        if (const auto script = line.find("script"); script != line.end())
            process.script = file_from(*script);
        if (const auto package = line.find("package"); package != line.end())
            process.package = Package{package->at("name"), package->at("version")};
        if (const auto root = line.find("package_root"); root != line.end())
            process.package_root = *root;
        if (const auto host = line.find("extension_host"); host != line.end())
            process.extension_host = extension_host_from(*host);
        owners_.processes.push_back(std::move(process));
    }

    void take_end(const Json& line)
    {
        Process& ended = process(line.at("process"));
        ended.ended = time_from(line.at("at"));
        if (const Json& status = line.at("status"); !status.is_null())
            ended.status = whole_number<int>(status);
    }

    void take_socket(const Json& line)
    {
        SocketRecord socket;
        socket.at = time_from(line.at("at"));
        socket.socket = whole_number<std::uint64_t>(line.at("socket"));
        socket.network_namespace = whole_number<std::uint32_t>(line.at("network_namespace"));
        socket.protocol = whole_number<std::uint8_t>(line.at("protocol"));
        socket.local = address_from(line.at("local"));
        socket.remote = address_from(line.at("remote"));
        socket.creator = id_from(line.at("creator"));
        socket.connector = id_from(line.at("connector"));
        socket.user = id_from(line.at("user"));
        socket.is_inbound = line.at("inbound");
        socket.is_pre_existing = line.at("pre_existing");
        socket.is_frame = line.at("frame");
        owners_.sockets.push_back(socket);
    }

    void take_local_socket(const Json& line)
    {
        LocalSocketRecord called;
        called.at = time_from(line.at("at"));
        called.socket = whole_number<std::uint64_t>(line.at("socket"));
        called.process = id_from(line.at("process"));
        called.kind = word_from(line.at("kind"), {LocalSocketKind::unix_stream, LocalSocketKind::unix_datagram});
        called.path = line.at("path");
        called.listener_pid = whole_number<std::uint32_t>(line.at("listener_pid"));
        called.listener = line.at("listener");
        called.outcome = word_from(
            line.at("outcome"), {LocalSocketOutcome::tried, LocalSocketOutcome::asked, LocalSocketOutcome::answered});
        called.is_inside = line.at("inside");
        owners_.local_sockets.push_back(std::move(called));
    }

    void take_package_tree(const Json& line)
    {
        const Process& first = process(line.at("process"));
        if (!first.package || owners_.package_trees.size() >= most_trees)
            throw std::invalid_argument("a tree of no package, or more of them than there are");
        PackageTree tree;
        tree.root = line.at("root");
        tree.package = *first.package;
        tree.process = first.id;
        tree.start = tree_state_from(line.at("state"));
        owners_.package_trees.push_back(std::move(tree));
    }

    void take_package_tree_end(const Json& line)
    {
        const auto root = line.at("root").get<std::string>();
        const auto tree = std::ranges::find(owners_.package_trees, root, &PackageTree::root);
        if (tree == owners_.package_trees.end())
            throw std::invalid_argument("the end of a tree that has no start");
        tree->end = tree_state_from(line.at("state"));
        tree->change_count = whole_number<std::uint64_t>(line.at("change_count"));
        for (const Json& change : line.at("changes")) {
            using enum TreeChange::Kind;
            if (tree->changes.size() == PackageTree::most_changes)
                throw std::invalid_argument("more changes than are named");
            tree->changes.push_back({word_from(change.at("kind"), {changed, added, removed}), change.at("path")});
        }
    }

    Owners owners_;
};

}  // namespace

std::expected<Owners, Error> read(std::string_view octets)
{
    Reader reader;
    std::size_t number = 0;
    for (std::size_t end = octets.find('\n'); end != std::string_view::npos; end = octets.find('\n')) {
        ++number;
        try {
            reader.take(Json::parse(octets.substr(0, end)));
        } catch (const std::exception& problem) {
            return std::unexpected(Error{number, problem.what()});
        }
        octets.remove_prefix(end + 1);
    }
    return std::move(reader).owners();
}

}  // namespace waybill::owners_file
