#pragma once

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/json_number.h"
#include "model/circumstances.h"

namespace waybill {

// Circumstances as run.json has them (docs/formats/case.md). `Json` is nlohmann's, with its members in order or not.

template <typename Json>
Json circumstances_to_json(const Circumstances& circumstances)
{
    const auto or_null = [](const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); };
    const auto reading = [](const ClockReading& clocks) {
        return Json{{"system", to_rfc3339(clocks.system)}, {"since_boot_ns", clocks.since_boot.count()}};
    };
    const ClockFacts& clock = circumstances.clock;
    return {{"operator", circumstances.operated_by},
            {"purpose", or_null(circumstances.purpose)},
            {"host_id", or_null(circumstances.host_id)},
            {"boot_id", or_null(circumstances.boot_id)},
            {"system", or_null(circumstances.system)},
            {"program_sha256", or_null(circumstances.program)},
            {"clock",
             {{"source", or_null(clock.source)},
              {"synchronised", clock.is_synchronised},
              {"greatest_error_us", clock.greatest_error ? Json(clock.greatest_error->count()) : Json(nullptr)},
              {"tai_offset_s", clock.tai_offset},
              {"time_zone", or_null(clock.time_zone)},
              {"begin", reading(clock.begin)},
              {"end", reading(clock.end)}}}};
}

/// Throws as nlohmann does where a member is missing, or not of its kind.
template <typename Json>
Circumstances circumstances_from_json(const Json& json)
{
    const auto text = [](const Json& value) {
        return value.is_null() ? std::string{} : value.template get<std::string>();
    };
    const auto reading = [](const Json& value) {
        const auto system = from_rfc3339(value.at("system").template get<std::string>());
        if (!system)
            throw std::invalid_argument("a time that is not RFC 3339");
        return ClockReading{*system, std::chrono::nanoseconds{whole_number<std::int64_t>(value.at("since_boot_ns"))}};
    };
    const Json& clock = json.at("clock");
    Circumstances circumstances;
    circumstances.operated_by = json.at("operator").template get<std::string>();
    circumstances.purpose = text(json.at("purpose"));
    circumstances.host_id = text(json.at("host_id"));
    circumstances.boot_id = text(json.at("boot_id"));
    circumstances.system = text(json.at("system"));
    circumstances.program = text(json.at("program_sha256"));
    circumstances.clock.source = text(clock.at("source"));
    circumstances.clock.is_synchronised = clock.at("synchronised").template get<bool>();
    if (!clock.at("greatest_error_us").is_null())
        circumstances.clock.greatest_error =
            std::chrono::microseconds{whole_number<std::int64_t>(clock.at("greatest_error_us"))};
    circumstances.clock.tai_offset = whole_number<int>(clock.at("tai_offset_s"));
    circumstances.clock.time_zone = text(clock.at("time_zone"));
    circumstances.clock.begin = reading(clock.at("begin"));
    circumstances.clock.end = reading(clock.at("end"));
    return circumstances;
}

}  // namespace waybill
