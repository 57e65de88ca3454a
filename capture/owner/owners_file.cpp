#include "capture/owner/owners_file.h"

#include <algorithm>
#include <exception>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/json_number.h"
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

    Owners owners_;
};

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
