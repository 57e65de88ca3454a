#include "capture/owner/owners_file.h"

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace waybill::owners_file {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& json)
{
    return json_without_hidden(json.dump(-1, ' ', false, Json::error_handler_t::replace)) + "\n";
}

Json begin(std::string_view type)
{
    return {{"type", type}, {"v", format_version}};
}

Json to_json(const SocketAddress& address)
{
    return {{"address", address.address.text()}, {"port", number(address.port)}};
}

Json to_json(const ProgramFile& file)
{
    Json json{{"path", file.path}, {"sha256", nullptr}};
    if (!file.sha256.empty())
        json["sha256"] = file.sha256;
    return json;
}

Json to_json(const ExtensionHost& host)
{
    Json extensions = Json::array();
    for (const Package& extension : host.extensions)
        extensions.push_back({{"name", extension.name}, {"version", extension.version}});
    return {{"extensions", extensions}, {"built_in", host.built_in}, {"unread", host.unread}};
}

Json to_json(const TreeState& state)
{
    Json json{{"at", to_rfc3339(state.at)}, {"read", to_rfc3339(state.read)}, {"sha256", nullptr}};
    if (!state.sha256.empty())
        json["sha256"] = state.sha256;
    json["files"] = state.files;
    json["links"] = state.links;
    json["octets"] = state.octets;
    json["unread"] = state.unread;
    return json;
}

}  // namespace

std::string header(std::string_view source, Timestamp boot, std::uint32_t network_namespace)
{
    Json json = begin("header");
    json["waybill"] = WAYBILL_VERSION;
    json["source"] = source;
    json["boot"] = to_rfc3339(boot);
    json["network_namespace"] = network_namespace;
    return text_of(json);
}

std::string line(const Process& process)
{
    Json json = begin("process");
    json["id"] = process.id;
    json["pid"] = process.pid;
    json["inner_pid"] = process.inner_pid;
    json["start"] = to_rfc3339(process.start);
    json["began"] = to_rfc3339(process.began);
    json["parent"] = process.parent;
    json["previous"] = process.previous;
    json["was_running"] = process.was_running;
    json["exe"] = process.executable.path;
    json["exe_sha256"] = nullptr;
    if (!process.executable.sha256.empty())
        json["exe_sha256"] = process.executable.sha256;
    json["argv"] = process.arguments;
    json["argv_redacted"] = process.redacted;
    json["argv_missing"] = process.arguments_missing;
    json["cwd"] = process.working_directory;
    json["uid"] = process.uid;
    json["cgroup"] = process.cgroup;
    json["container"] = process.container;
    if (process.script)
        json["script"] = to_json(*process.script);
    if (process.package)
        json["package"] = {{"name", process.package->name}, {"version", process.package->version}};
    if (!process.package_root.empty())
        json["package_root"] = process.package_root;
    if (process.extension_host)
        json["extension_host"] = to_json(*process.extension_host);
    std::string text = text_of(json);
    if (process.ended)
        text += ended(process.id, *process.ended, process.status);
    return text;
}

std::string line(const SocketRecord& socket)
{
    Json json = begin("socket");
    json["at"] = to_rfc3339(socket.at);
    json["socket"] = socket.socket;
    json["network_namespace"] = socket.network_namespace;
    json["protocol"] = socket.protocol;
    json["local"] = to_json(socket.local);
    json["remote"] = to_json(socket.remote);
    json["creator"] = socket.creator;
    json["connector"] = socket.connector;
    json["user"] = socket.user;
    json["inbound"] = socket.is_inbound;
    json["pre_existing"] = socket.is_pre_existing;
    json["frame"] = socket.is_frame;
    return text_of(json);
}

std::string line(const SocketUse& use)
{
    Json json = begin("use");
    json["at"] = to_rfc3339(use.at);
    json["socket"] = use.socket;
    json["process"] = use.process;
    json["was_used"] = use.was_used;
    return text_of(json);
}

std::string line(const LocalSocketRecord& called)
{
    Json json = begin("local-socket");
    json["at"] = to_rfc3339(called.at);
    json["socket"] = called.socket;
    json["process"] = called.process;
    json["kind"] = waybill::text(called.kind);
    json["path"] = called.path;
    json["listener_pid"] = called.listener_pid;
    json["listener"] = called.listener;
    json["outcome"] = waybill::text(called.outcome);
    json["inside"] = called.is_inside;
    return text_of(json);
}

std::string line(const PackageTree& tree)
{
    Json json = begin(tree.end ? "package-tree-end" : "package-tree");
    if (!tree.end)
        json["process"] = tree.process;
    json["root"] = tree.root;
    json["state"] = to_json(tree.end.value_or(tree.start));
    if (tree.end) {
        json["change_count"] = tree.change_count;
        json["changes"] = Json::array();
        for (const TreeChange& change : tree.changes)
            json["changes"].push_back({{"kind", waybill::text(change.kind)}, {"path", change.path}});
    }
    return text_of(json);
}

std::string ended(std::uint64_t process, Timestamp at, std::optional<int> status)
{
    Json json = begin("process-end");
    json["process"] = process;
    json["at"] = to_rfc3339(at);
    json["status"] = nullptr;
    if (status)
        json["status"] = *status;
    return text_of(json);
}

std::string left(std::uint64_t process, Timestamp at)
{
    Json json = begin("process-left");
    json["process"] = process;
    json["at"] = to_rfc3339(at);
    return text_of(json);
}

std::string digest(std::uint64_t process, std::string_view sha256)
{
    Json json = begin("digest");
    json["process"] = process;
    json["sha256"] = sha256;
    return text_of(json);
}

}  // namespace waybill::owners_file
