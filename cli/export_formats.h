#pragma once

#include <expected>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "capture/case_folder.h"
#include "cli/analyze_case.h"
#include "cli/failure.h"
#include "model/verdict.h"

namespace waybill {

/// What an export is made of.
struct ExportInput {
    const CaseFolder& folder;
    const RatedCase& rated;
    const Verdict* verdict = nullptr;  ///< of the policy that was named; null without one
    std::string policy;                ///< the policy as it was named
};

/// Takes the octets of an export, piece by piece.
using ExportOutput = std::function<void(std::string_view)>;

/// A form of a case that other programs take (docs/formats/exports.md).
struct ExportFormat {
    std::string_view word;  ///< of --format
    bool takes_policy;
    bool is_text;  ///< else it is no good in a terminal
    std::expected<void, Failure> (*write)(const ExportInput& input, const ExportOutput& output);
};

/// All of them. A new one is a line here, and a file of its own.
std::span<const ExportFormat> export_formats();

/// The format of that word; null when it is none of these.
const ExportFormat* find_export_format(std::string_view word);

}  // namespace waybill
