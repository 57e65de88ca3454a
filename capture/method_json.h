#pragma once

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "model/recording_method.h"

namespace waybill {

// How a recording was made, as run.json has it (docs/formats/case.md). `Json` is nlohmann's, with its members in order
// or not. What reads throws as nlohmann does where a member is missing, or not of its kind.

template <typename Json>
Json method_to_json(const RecordingMethod& method)
{
    const auto or_null = [](const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); };
    return {{"packets", text(method.packets)},
            {"owners", or_null(method.owners)},
            {"filter", or_null(method.filter)},
            {"selection", method.selection}};
}

/// The value among these whose word it is.
template <typename Value>
Value value_of_word(const std::string& word, std::initializer_list<Value> values)
{
    for (const Value value : values)
        if (text(value) == word)
            return value;
    throw std::invalid_argument("the word " + word + " is not known");
}

template <typename Json>
RecordingMethod method_from_json(const Json& json)
{
    using enum RecordingMethod::Packets;
    const auto text_of = [](const Json& value) {
        return value.is_null() ? std::string{} : value.template get<std::string>();
    };
    return {value_of_word(json.at("packets").template get<std::string>(), {network_namespace, sockets, interfaces}),
            text_of(json.at("owners")), text_of(json.at("filter")),
            json.at("selection").template get<std::vector<std::string>>()};
}

inline StopReason stop_from_word(const std::string& word)
{
    using enum StopReason;
    return value_of_word(word,
                         {broke_off, failure, processes_ended, command_ended, timeout, signal, duration, packets});
}

template <typename Json>
Json program_to_json(const AuditedProgram& program)
{
    const auto file = [](const ProgramFile& of) {
        return Json{{"path", of.path}, {"sha256", of.sha256.empty() ? Json(nullptr) : Json(of.sha256)}};
    };
    Json json{{"executable", file(program.executable)}, {"script", nullptr}, {"package", nullptr}};
    if (program.script)
        json["script"] = file(*program.script);
    if (program.package)
        json["package"] = {{"name", program.package->name}, {"version", program.package->version}};
    return json;
}

template <typename Json>
AuditedProgram program_from_json(const Json& json)
{
    const auto file = [](const Json& of) {
        const Json& digest = of.at("sha256");
        return ProgramFile{of.at("path").template get<std::string>(),
                           digest.is_null() ? std::string{} : digest.template get<std::string>()};
    };
    AuditedProgram program{file(json.at("executable")), {}, {}};
    if (const Json& script = json.at("script"); !script.is_null())
        program.script = file(script);
    if (const Json& package = json.at("package"); !package.is_null())
        program.package =
            Package{package.at("name").template get<std::string>(), package.at("version").template get<std::string>()};
    return program;
}

}  // namespace waybill
