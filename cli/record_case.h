#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "capture/case_folder.h"
#include "cli/failure.h"
#include "cli/recorded.h"
#include "model/run.h"

namespace waybill {

/// What is going to be recorded.
struct Recording {
    std::string name;          ///< of the case's folder, where none is given
    Run run;                   ///< as far as it is known before
    std::string opening_line;  ///< what is said before it begins; the case's place is added
    std::string recipe;        ///< its octets, kept in the case; empty: none
    std::function<std::expected<Recorded, Failure>(const CaseFolder&)> record;
};

/// Makes a case, records into it, analyses it and reports, and gives the status to end with.
int record_case(const RecordOptions& options, const Recording& recording);

}  // namespace waybill
