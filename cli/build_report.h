#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <vector>

#include "cli/read_packets.h"
#include "cli/rule_folders.h"
#include "model/report.h"
#include "rules/public_suffix.h"
#include "rules/rate.h"
#include "rules/rule_book.h"

namespace waybill {

/// What a report is about, and for what.
struct Subject {
    std::vector<std::string> names;  ///< of the inputs, as reports name them
    std::optional<Run> run;          ///< absent for capture files
    rules::Digests digests = rules::Digests::computed;
    std::vector<Phase> phases = {};                     ///< of a case; the first begins with it
    std::vector<Process> processes = {};                ///< by id; of a case that knows its owners
    std::vector<LocalSocketRecord> local_sockets = {};  ///< likewise
    std::vector<PackageTree> package_trees = {};        ///< likewise
    std::vector<Finding> findings = {};
    std::vector<Delegation> delegations = {};
};

/// Rates what was read.
Report build_report(ReadResult result, const Rules& rules, Subject subject);

}  // namespace waybill
