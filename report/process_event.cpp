// The lines of processes (declared in report/events.h).
#include <cstdint>
#include <string_view>

#include "base/json_writer.h"
#include "report/event_pieces.h"
#include "report/events.h"

namespace waybill {
namespace {

using event::begin_line;
using event::write_texts;

void write_file(JsonWriter& json, std::string_view key, const ProgramFile& file)
{
    json.begin_object(key);
    json.text("path", file.path);
    json.members(R"("sha256":)", JsonTextOrNull{file.sha256}, ",");
    json.end_object();
}

void write_extension_host(JsonWriter& json, const ExtensionHost& host)
{
    json.begin_object("extension_host");
    json.begin_array("extensions");
    for (const Package& extension : host.extensions) {
        json.begin_object();
        json.text("name", extension.name);
        json.text("version", extension.version);
        json.end_object();
    }
    json.end_array();
    json.number("built_in", host.built_in);
    json.number("unread", host.unread);
    json.end_object();
}

}  // namespace

void EventWriter::process(const Process& process)
{
    JsonWriter json{buffer_};
    begin_line(json, "process", R"("id":)", process.id, R"(,"pid":)", std::uint64_t{process.pid}, R"(,"inner_pid":)",
               std::uint64_t{process.inner_pid}, R"(,"start":")", times_.piece(process.start), R"(","began":")",
               times_.piece(process.began), R"(",)");
    json.members(R"("parent":)", JsonNumberOrNull{process.parent}, R"(,"previous":)",
                 JsonNumberOrNull{process.previous}, ",");
    json.boolean("was_running", process.was_running);
    json.text("exe", process.executable.path);
    json.members(R"("exe_sha256":)", JsonTextOrNull{process.executable.sha256}, ",");
    write_texts(json, "argv", process.arguments);
    json.number("argv_redacted", process.redacted);
    json.number("argv_missing", process.arguments_missing);
    json.members(R"("cwd":)", JsonTextOrNull{process.working_directory}, R"(,"uid":)", std::uint64_t{process.uid},
                 R"(,"cgroup":)", JsonTextOrNull{process.cgroup}, R"(,"container":)", JsonTextOrNull{process.container},
                 ",");
    if (process.script)
        write_file(json, "script", *process.script);
    if (process.package) {
        json.begin_object("package");
        json.text("name", process.package->name);
        json.text("version", process.package->version);
        json.end_object();
    }
    if (process.extension_host)
        write_extension_host(json, *process.extension_host);
    if (process.ended)
        json.members(R"("ended":")", times_.piece(*process.ended), R"(",)");
    end_line(json);
}

}  // namespace waybill
