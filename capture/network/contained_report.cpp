#include "capture/network/contained_report.h"

#include <exception>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "capture/counter_json.h"

namespace waybill::contained {
namespace {

using nlohmann::json;

template <typename T>
json nullable(const std::optional<T>& value)
{
    return value ? json(*value) : json(nullptr);
}

template <typename T>
std::optional<T> optional_at(const json& object, const char* key)
{
    const json& value = object.at(key);
    return value.is_null() ? std::nullopt : std::optional<T>{value.get<T>()};
}

json write_time(Timestamp time)
{
    return time.time_since_epoch().count();
}

Timestamp time_at(const json& object, const char* key)
{
    return Timestamp{std::chrono::nanoseconds{object.at(key).get<std::int64_t>()}};
}

json write_interface(const RecordedInterface& interface)
{
    const LiveStatistics& statistics = interface.statistics;
    return {{"name", interface.name},
            {"received", statistics.received},
            {"dropped", statistics.dropped},
            {"interface_dropped", statistics.interface_dropped},
            {"written", interface.written},
            {"shortened", interface.shortened},
            {"unwritten", interface.unwritten},
            {"counter", interface.counter ? counter_to_json<json>(*interface.counter) : json(nullptr)}};
}

RecordedInterface read_interface(const json& object)
{
    RecordedInterface interface;
    interface.name = object.at("name");
    interface.statistics = {object.at("received"), object.at("dropped"), object.at("interface_dropped")};
    interface.written = object.at("written");
    interface.unwritten = object.at("unwritten");
    interface.shortened = object.at("shortened");
    if (const json& counter = object.at("counter"); !counter.is_null())
        interface.counter = counter_from_json(counter);
    return interface;
}

json write_counts(const SinkCounts& counts)
{
    return {counts.tcp_connections, counts.tcp_cut_at_bound, counts.dns_queries, counts.datagrams,
            counts.names_beyond_bound};
}

SinkCounts read_counts(const json& array)
{
    return {array.at(0), array.at(1), array.at(2), array.at(3), array.at(4)};
}

json write_names(const std::vector<SyntheticName>& names)
{
    json array = json::array();
    for (const SyntheticName& name : names)
        array.push_back({name.name, name.ipv4.text(), name.ipv6.text()});
    return array;
}

std::vector<SyntheticName> read_names(const json& array)
{
    std::vector<SyntheticName> names;
    names.reserve(array.size());
    for (const json& name : array)
        names.push_back({name.at(0), IpAddress::parse(name.at(1).get<std::string>()).value_or(IpAddress{}),
                         IpAddress::parse(name.at(2).get<std::string>()).value_or(IpAddress{})});
    return names;
}

json write_result(const ContainedResult& result)
{
    json interfaces = json::array();
    for (const RecordedInterface& interface : result.interfaces)
        interfaces.push_back(write_interface(interface));
    return {{"exit_status", result.command.exit_status},
            {"signal", nullable(result.command.signal)},
            {"not_executed", nullable(result.command.not_executed)},
            {"timed_out", result.command.timed_out},
            {"started", write_time(result.started)},
            {"command_ended", write_time(result.command_ended)},
            {"ended", write_time(result.ended)},
            {"interfaces", std::move(interfaces)},
            {"recording_failure", nullable(result.recording_failure)},
            {"counts", write_counts(result.counts)},
            {"names", write_names(result.names)},
            {"has_ipv6", result.has_ipv6},
            {"uplink", result.uplink},
            {"uplink_ended", result.uplink_ended},
            {"removed_environment", result.removed_environment},
            {"covered_sockets", result.covered_sockets},
            {"unplaced_sockets", result.unplaced_sockets},
            {"killed_processes", result.killed_processes},
            {"refused_marks", result.refused_marks},
            {"owners", result.owners ? json(write_recording(*result.owners)) : json(nullptr)},
            {"gaps", result.gaps}};
}

ContainedResult read_result(const json& object)
{
    ContainedResult result;
    result.command = {object.at("exit_status"), optional_at<int>(object, "signal"),
                      optional_at<std::string>(object, "not_executed"), object.at("timed_out")};
    result.started = time_at(object, "started");
    result.command_ended = time_at(object, "command_ended");
    result.ended = time_at(object, "ended");
    for (const json& interface : object.at("interfaces"))
        result.interfaces.push_back(read_interface(interface));
    result.recording_failure = optional_at<std::string>(object, "recording_failure");
    result.counts = read_counts(object.at("counts"));
    result.names = read_names(object.at("names"));
    result.has_ipv6 = object.at("has_ipv6");
    result.uplink = object.at("uplink");
    result.uplink_ended = object.at("uplink_ended");
    result.removed_environment = object.at("removed_environment");
    result.covered_sockets = object.at("covered_sockets");
    result.unplaced_sockets = object.at("unplaced_sockets");
    result.killed_processes = object.at("killed_processes");
    result.refused_marks = object.at("refused_marks");
    result.gaps = object.at("gaps");
    if (const auto owners = optional_at<std::string>(object, "owners")) {
        auto recording = read_recording(*owners);
        if (recording)
            result.owners = *std::move(recording);
    }
    return result;
}

}  // namespace

std::string write_outcome(const Outcome& outcome)
{
    const json object = outcome ? json{{"result", write_result(*outcome)}}
                                : json{{"error", {outcome.error().kind, outcome.error().message}}};
    return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

Outcome read_outcome(std::string_view text)
{
    try {
        const json object = json::parse(text);
        if (object.contains("result"))
            return read_result(object.at("result"));
        const json& error = object.at("error");
        return std::unexpected(RunError{error.at(0).get<RunError::Kind>(), error.at(1)});
    } catch (const std::exception&) {  // of nlohmann, or a number out of its range
        return std::unexpected(RunError{RunError::Kind::internal,
                                        "the sinkhole's supervisor ended without a word; the recording is not whole"});
    }
}

}  // namespace waybill::contained
