#pragma once

#include <nlohmann/json.hpp>

#include "base/json_number.h"
#include "model/traffic.h"

namespace waybill {

// A counter as run.json has it (docs/formats/case.md). `Json` is nlohmann's, with its members in order or not.

template <typename Json>
Json traffic_to_json(const Traffic& traffic)
{
    return {{"packets", traffic.packets}, {"ip_bytes", traffic.ip_bytes}};
}

template <typename Json>
Json counter_to_json(const KernelCounter& counter)
{
    return {{"counter", counter.counter},
            {"packets", {{"out", counter.out.packets}, {"in", counter.in.packets}}},
            {"ip_bytes", {{"out", counter.out.ip_bytes}, {"in", counter.in.ip_bytes}}},
            {"recorded_once", traffic_to_json<Json>(counter.recorded_once)},
            {"lost", traffic_to_json<Json>(counter.lost)},
            {"uncertain", traffic_to_json<Json>(counter.uncertain)}};
}

/// Throws as nlohmann does where a member is missing, or not of its kind.
template <typename Json>
KernelCounter counter_from_json(const Json& json)
{
    const auto way = [&json](const char* word) {
        return Traffic{whole_number<std::uint64_t>(json.at("packets").at(word)),
                       whole_number<std::uint64_t>(json.at("ip_bytes").at(word))};
    };
    const auto share = [&json](const char* word) {
        return Traffic{whole_number<std::uint64_t>(json.at(word).at("packets")),
                       whole_number<std::uint64_t>(json.at(word).at("ip_bytes"))};
    };
    return {json.at("counter").template get<std::string>(),
            way("out"),
            way("in"),
            share("recorded_once"),
            share("lost"),
            share("uncertain")};
}

}  // namespace waybill
