#include "capture/owner/owner_recording.h"

#include <exception>
#include <nlohmann/json.hpp>
#include <utility>

#include "capture/counter_json.h"

namespace waybill {
namespace {

using nlohmann::json;

json write_counter(const std::optional<KernelCounter>& counter)
{
    return counter ? counter_to_json<json>(*counter) : json(nullptr);
}

std::optional<KernelCounter> read_counter(const json& value)
{
    return value.is_null() ? std::nullopt : std::optional{counter_from_json(value)};
}

json write_interface(const RecordedInterface& interface)
{
    const LiveStatistics& statistics = interface.statistics;
    return {interface.name,    statistics.received, statistics.dropped,  statistics.interface_dropped,
            interface.written, interface.shortened, interface.unwritten, write_counter(interface.counter)};
}

RecordedInterface read_interface(const json& array)
{
    RecordedInterface interface;
    interface.name = array.at(0);
    interface.statistics.received = array.at(1);
    interface.statistics.dropped = array.at(2);
    interface.statistics.interface_dropped = array.at(3);
    interface.written = array.at(4);
    interface.shortened = array.at(5);
    interface.unwritten = array.at(6);
    interface.counter = read_counter(array.at(7));
    return interface;
}

OwnerRecording recording_from(const json& object)
{
    OwnerRecording recording;
    for (const json& interface : object.at("interfaces"))
        recording.interfaces.push_back(read_interface(interface));
    recording.counter = read_counter(object.at("counter"));
    if (const json& failure = object.at("failure"); !failure.is_null())
        recording.failure = failure.get<std::string>();
    const json& losses = object.at("losses");
    recording.losses = {losses.at(0), losses.at(1), losses.at(2), losses.at(3), losses.at(4)};
    const json& call_losses = object.at("call_losses");
    recording.call_losses = {call_losses.at(0), call_losses.at(1)};
    const json& left = object.at("left");
    recording.left = {left.at(0), left.at(1)};
    recording.source = object.at("source").get<OwnerSource>();
    for (const json& hook : object.at("refused"))
        recording.refused.push_back({hook.at(0), hook.at(1)});
    recording.processes = object.at("processes");
    recording.sockets = object.at("sockets");
    recording.refused_marks = object.at("refused_marks");
    return recording;
}

}  // namespace

std::string write_recording(const OwnerRecording& recording)
{
    json interfaces = json::array();
    for (const RecordedInterface& interface : recording.interfaces)
        interfaces.push_back(write_interface(interface));
    const KernelLosses& losses = recording.losses;
    json refused = json::array();
    for (const RefusedHook& hook : recording.refused)
        refused.push_back({hook.name, hook.reason});
    json object{{"source", recording.source},
                {"interfaces", std::move(interfaces)},
                {"counter", write_counter(recording.counter)},
                {"failure", nullptr},
                {"losses", {losses.events, losses.packets, losses.packet_octets, losses.processes, losses.sockets}},
                {"left", json::array({recording.left.processes, recording.left.named})},
                {"call_losses", {recording.call_losses.sockets, recording.call_losses.processes}},
                {"refused", std::move(refused)},
                {"processes", recording.processes},
                {"sockets", recording.sockets},
                {"refused_marks", recording.refused_marks}};
    if (recording.failure)
        object["failure"] = *recording.failure;
    return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::expected<OwnerRecording, std::string> read_recording(std::string_view text)
{
    try {
        return recording_from(json::parse(text));
    } catch (const std::exception&) {
        return std::unexpected(std::string{"the recorder ended without a word; the recording is not whole"});
    }
}

}  // namespace waybill
