#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

#include "capture/case_folder.h"
#include "cli/failure.h"
#include "model/report.h"
#include "model/verdict.h"

namespace waybill {

constexpr std::string_view sealed_policy = "data/policy.json";
constexpr std::string_view sealed_verdict = "data/verdict.json";

/// What a policy says of a case with the rules that the case holds, on the last day of its recording: what anyone who
/// has the case can compute again.
struct CaseVerdict {
    Verdict verdict;
    std::string text;  ///< as JSON
};

std::expected<CaseVerdict, Failure> judge_case(const CaseFolder& folder, const Report& report,
                                               const std::filesystem::path& policy);

/// Puts the policy, named as load_policy() takes it, and what it says of the case into the case.
std::expected<Verdict, Failure> keep_verdict(const CaseFolder& folder, const Report& report,
                                             const std::filesystem::path& policy);

}  // namespace waybill
