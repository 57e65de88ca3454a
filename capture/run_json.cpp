// run.json, written and read (declared in capture/case_folder.h).
#include <fmt/format.h>

#include <exception>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/json_number.h"
#include "base/text.h"
#include "capture/case_folder.h"
#include "capture/circumstances_json.h"
#include "capture/counter_json.h"
#include "capture/method_json.h"
#include "model/recipe_run_json.h"

namespace waybill {
namespace {

using Json = nlohmann::ordered_json;

Json counts_to_json(const std::vector<std::pair<std::string, std::uint64_t>>& counts)
{
    Json object = Json::object();
    for (const auto& [name, count] : counts)
        object[name] = count;
    return object;
}

std::vector<std::pair<std::string, std::uint64_t>> counts_from_json(const Json& object)
{
    std::vector<std::pair<std::string, std::uint64_t>> counts;
    for (const auto& [name, count] : object.items())
        counts.emplace_back(name, whole_number<std::uint64_t>(count));
    return counts;
}

Json gaps_to_json(const std::vector<Gap>& gaps)
{
    Json list = Json::array();
    for (const Gap& gap : gaps)
        list.push_back({{"kind", describe(gap.kind).id}, {"count", gap.count}, {"detail", gap.detail}});
    return list;
}

Timestamp time_from(const Json& value)
{
    const auto time = from_rfc3339(value.get<std::string>());
    if (!time)
        throw std::invalid_argument("a time that is not RFC 3339");
    return *time;
}

NetworkMode mode_from(const std::string& word)
{
    for (const NetworkMode mode :
         {NetworkMode::sinkhole, NetworkMode::isolated, NetworkMode::host, NetworkMode::interface})
        if (text(mode) == word)
            return mode;
    throw std::invalid_argument("network mode " + word + " is not known");
}

ModeSource mode_source_from(const std::string& word)
{
    for (const ModeSource source : {ModeSource::command_line, ModeSource::configuration, ModeSource::recipe})
        if (text(source) == word)
            return source;
    throw std::invalid_argument("a source of the mode that is not known");
}

Gap gap_from(const Json& value)
{
    const auto kind = find_gap_kind(value.at("kind").get<std::string>());
    if (!kind)
        throw std::invalid_argument("a kind of gap that is not known");
    return {*kind, whole_number<std::uint64_t>(value.at("count")), value.at("detail").get<std::string>()};
}

/// Earlier recordings do not tell what an interface dropped.
InterfaceRecord interface_from(const Json& json)
{
    const auto missed = json.find("interface_dropped");
    return {json.at("name"), whole_number<std::uint64_t>(json.at("received")),
            whole_number<std::uint64_t>(json.at("dropped")),
            missed == json.end() ? 0 : whole_number<std::uint64_t>(*missed)};
}

ProxySettings proxies_from(const Json& object)
{
    ProxySettings settings;
    for (const Json& entry : object.at("variables")) {
        const Json& host = entry.at("host");
        const Json& port = entry.at("port");
        settings.variables.push_back({entry.at("variable"), host.is_null() ? std::string{} : host.get<std::string>(),
                                      Port{port.is_null() ? std::uint16_t{0} : whole_number<std::uint16_t>(port)}});
    }
    settings.exceptions = object.at("exceptions").get<std::vector<std::string>>();
    if (!is_well_formed(settings))
        throw std::invalid_argument("proxies that no environment names so");
    return settings;
}

Run run_from(const Json& json)
{
    if (whole_number<int>(json.at("v")) != Run::format_version)
        throw std::invalid_argument("a version of the format that is not read here");
    Run run;
    run.waybill = json.at("waybill");
    run.command = json.at("command").get<std::vector<std::string>>();
    run.working_directory = json.at("working_directory");
    run.mode = mode_from(json.at("network"));
    if (const auto source = json.find("network_from"); source != json.end())  // there since a configuration can say it
        run.mode_source = mode_source_from(*source);
    run.started = time_from(json.at("started"));
    run.ended = time_from(json.at("ended"));
    if (const auto ended = json.find("command_ended"); ended != json.end() && !ended->is_null())
        run.command_ended = time_from(*ended);
    run.exit = {whole_number<int>(json.at("exit").at("code")), whole_number<int>(json.at("exit").at("signal"))};
    if (const auto facts = json.find("circumstances"); facts != json.end() && !facts->is_null())
        run.circumstances = circumstances_from_json(*facts);
    if (const auto stop = json.find("stop"); stop != json.end() && !stop->is_null())
        run.stop = stop_from_word(*stop);
    if (const auto method = json.find("method"); method != json.end() && !method->is_null())
        run.method = method_from_json(*method);
    if (const auto programs = json.find("programs"); programs != json.end())
        for (const Json& program : *programs)
            run.programs.push_back(program_from_json(program));
    if (const auto digest = json.find("rules_sha256"); digest != json.end() && !digest->is_null())
        run.rules_digest = *digest;
    if (const auto names = json.find("environment"); names != json.end())
        run.environment = names->get<std::vector<std::string>>();
    run.kernel = json.at("host").at("kernel");
    run.machine = json.at("host").at("machine");
    run.user = whole_number<std::uint32_t>(json.at("user"));
    run.fresh_home = json.at("fresh_home");
    run.clean_environment = json.at("clean_environment");
    if (const auto names = json.find("set_environment"); names != json.end())  // there since a run can set some
        run.set_environment = names->get<std::vector<std::string>>();
    if (const auto timeout = json.find("timeout"); timeout != json.end() && !timeout->is_null()) {
        run.timeout = std::chrono::milliseconds{whole_number<std::int64_t>(timeout->at("limit_ms"))};
        run.timed_out = timeout->at("reached");
    }
    if (const auto recipe = json.find("recipe"); recipe != json.end() && !recipe->is_null())
        run.recipe = recipe_run_from_json(*recipe);
    if (const auto proxies = json.find("proxies"); proxies != json.end())  // there since they are noted
        run.proxies = proxies_from(*proxies);
    run.trimmed = json.at("trimmed");
    for (const Json& entry : json.at("interfaces"))
        run.interfaces.push_back(interface_from(entry));
    if (json.contains("counters"))
        for (const Json& counter : json.at("counters"))
            run.counters.push_back(counter_from_json(counter));
    run.packet_files = json.at("packet_files").get<std::vector<std::string>>();
    run.removed_environment = json.at("removed_environment").get<std::vector<std::string>>();
    run.masked_sockets = json.at("masked_sockets").get<std::vector<std::string>>();
    run.counts = counts_from_json(json.at("counts"));
    run.bounds = counts_from_json(json.at("bounds"));
    for (const Json& gap : json.at("gaps"))
        run.gaps.push_back(gap_from(gap));
    return run;
}

Json proxies_to_json(const ProxySettings& settings)
{
    Json variables = Json::array();
    for (const ProxyVariable& variable : settings.variables) {
        const bool has_port = variable.port != Port{};
        variables.push_back({{"variable", variable.name},
                             {"host", variable.host.empty() ? Json(nullptr) : Json(variable.host)},
                             {"port", has_port ? Json(number(variable.port)) : Json(nullptr)}});
    }
    return {{"variables", variables}, {"exceptions", settings.exceptions}};
}

Json timeout_to_json(const Run& run)
{
    if (!run.timeout)
        return nullptr;
    return {{"limit_ms", run.timeout->count()}, {"reached", run.timed_out}};
}

}  // namespace

std::string run_to_json(const Run& run)
{
    Json interfaces = Json::array();
    for (const InterfaceRecord& record : run.interfaces)
        interfaces.push_back({{"name", record.name},
                              {"received", record.received},
                              {"dropped", record.dropped},
                              {"interface_dropped", record.interface_dropped}});
    Json counters = Json::array();
    for (const KernelCounter& counter : run.counters)
        counters.push_back(counter_to_json<Json>(counter));
    Json programs = Json::array();
    for (const AuditedProgram& program : run.programs)
        programs.push_back(program_to_json<Json>(program));
    const Json json{
        {"format", "waybill-run"},
        {"v", Run::format_version},
        {"waybill", run.waybill},
        {"command", run.command},
        {"working_directory", run.working_directory},
        {"network", text(run.mode)},
        {"network_from", text(run.mode_source)},
        {"started", to_rfc3339(run.started)},
        {"ended", to_rfc3339(run.ended)},
        {"command_ended", run.command_ended ? Json(to_rfc3339(*run.command_ended)) : Json(nullptr)},
        {"exit", {{"code", run.exit.code}, {"signal", run.exit.signal}}},
        {"stop", run.stop ? Json(text(*run.stop)) : Json(nullptr)},
        {"method", run.method ? method_to_json<Json>(*run.method) : Json(nullptr)},
        {"programs", programs},
        {"rules_sha256", run.rules_digest.empty() ? Json(nullptr) : Json(run.rules_digest)},
        {"circumstances", run.circumstances ? circumstances_to_json<Json>(*run.circumstances) : Json(nullptr)},
        {"host", {{"kernel", run.kernel}, {"machine", run.machine}}},
        {"user", run.user},
        {"fresh_home", run.fresh_home},
        {"clean_environment", run.clean_environment},
        {"environment", run.environment},
        {"set_environment", run.set_environment},
        {"timeout", timeout_to_json(run)},
        {"recipe", run.recipe ? recipe_run_to_json<Json>(*run.recipe) : Json(nullptr)},
        {"proxies", proxies_to_json(run.proxies)},
        {"trimmed", run.trimmed},
        {"interfaces", interfaces},
        {"counters", counters},
        {"packet_files", run.packet_files},
        {"removed_environment", run.removed_environment},
        {"masked_sockets", run.masked_sockets},
        {"counts", counts_to_json(run.counts)},
        {"bounds", counts_to_json(run.bounds)},
        {"gaps", gaps_to_json(run.gaps)},
    };
    return json_without_hidden(json.dump(2, ' ', false, Json::error_handler_t::replace)) + "\n";
}

std::expected<Run, std::string> run_from_json(std::string_view octets)
{
    try {
        return run_from(Json::parse(octets));
    } catch (const std::exception& problem) {
        return std::unexpected(
            fmt::format("not a run of this format ({}); was it written by another version?", problem.what()));
    }
}

}  // namespace waybill
