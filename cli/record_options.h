#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace waybill {

enum class KeepChoice : std::uint8_t { metadata, full };

/// What every recording is asked.
struct RecordOptions {
    std::filesystem::path case_folder;  ///< empty: the default place
    KeepChoice keep = KeepChoice::metadata;
    bool keep_arguments = false;  ///< command lines as they are, secrets in them too
    bool json = false;            ///< report.json on stdout in place of text on stderr
    bool all = false;
    bool fail_on_findings = false;
    bool no_marks = false;                           ///< no pipe of marks, and no variable that names it
    std::optional<std::filesystem::path> mark_file;  ///< where the pipe is, in place of the case
    std::string operated_by;                         ///< who answers for it; empty: the login name
    std::string purpose;                             ///< what it is for; may be empty
    std::filesystem::path key;                       ///< signs each checkpoint; empty: none is signed
    std::filesystem::path report_file;               ///< the report goes here; empty: not
    std::vector<std::filesystem::path> rules;
};

}  // namespace waybill
