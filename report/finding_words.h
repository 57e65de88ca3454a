#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/report.h"

// The words for findings, in every report for people. Whatever came from outside is made printable here.

namespace waybill {

/// What a finding says, without a full stop.
std::string finding_sentence(const Finding& finding, const Report& report);

/// What a kind of finding is, for who reads of it for the first time.
struct FindingText {
    std::string_view heading;  ///< "Past the proxy"
    std::string_view name;     ///< in one word: DirectPastProxy
    std::string_view meaning;  ///< a sentence
};
const FindingText& describe(FindingKind kind);

/// The findings of a kind, as sentences.
struct FindingGroup {
    std::string_view heading;
    std::vector<std::string> sentences;
};

/// Kinds without a finding are left out.
std::vector<FindingGroup> finding_groups(const Report& report);

}  // namespace waybill
