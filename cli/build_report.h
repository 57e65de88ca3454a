#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <vector>

#include "cli/failure.h"
#include "cli/read_packets.h"
#include "model/report.h"
#include "rules/public_suffix.h"
#include "rules/rule_book.h"

namespace waybill {

/// Everything that rates contacts.
struct Rules {
    rules::RuleBook book;
    rules::PublicSuffixList suffixes;
};

/// The packs of `--rules`, or those that come with the program, and the system's public suffix list.
std::expected<Rules, Failure> load_rules(const std::vector<std::filesystem::path>& folders);

/// Rates what was read. `run` is the recording's, where there is one; `names` are the inputs as reports name them.
Report build_report(ReadResult result, const Rules& rules, std::optional<Run> run, std::vector<std::string> names);

}  // namespace waybill
