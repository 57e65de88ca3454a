#pragma once

#include <string>
#include <vector>

#include "model/diff.h"
#include "report/words.h"

namespace waybill {

/// A line of the table of differences, and what stands below it: printable text.
struct DiffRow {
    std::string what;  ///< "new purpose", "new endpoint", "gone", "changed", with the mark of limited absence
    std::string purpose;
    std::string endpoint;
    std::string before;  ///< in how many runs
    std::string after;
    std::string out;  ///< bytes of IP, of the side that contacted it, the later one if both
    std::string by;   ///< programs
    std::vector<std::string> details;
    bool is_cited = true;
};

/// The differences in the order in which they are told: new purposes, new endpoints, gone, changed. Of several purposes
/// and programs the first is named, and how many more there are, or all.
std::vector<DiffRow> diff_rows(const Diff& compared, Named named);

}  // namespace waybill
