#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "model/time.h"

namespace waybill {

/// A run of an experiment that was made: a line of runs.ndjson (docs/formats/experiment.md). What it found is in its
/// case.
struct RunRecord {
    std::uint32_t number = 0;
    std::string arm;
    Timestamp began;
    Timestamp ended;
    int status = 0;  ///< with which `waybill run` ended, as a shell gives it
    /// What could matter of the environment that the experiment was started in: names and values.
    std::vector<std::pair<std::string, std::string>> environment;

    friend bool operator==(const RunRecord&, const RunRecord&) = default;
};

}  // namespace waybill
