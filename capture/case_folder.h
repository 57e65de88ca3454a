#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/owners.h"
#include "model/phase.h"
#include "model/run.h"

namespace waybill {

/// Why a case could not be made or read.
struct CaseError {
    enum class Kind : std::uint8_t {
        exists,      ///< the folder is there and not empty
        unwritable,  ///< the operating system refuses
        not_a_case,  ///< no data/run.json
        unreadable,
        not_understood,  ///< a file of the case is not what it should be
        sealed,          ///< a sealed case is never written to
    };
    Kind kind{};
    std::string message;  ///< what, where and what to do
};

/// A case on disk (docs/formats/case.md): a folder that holds a recording and what was found in it.
class CaseFolder {
public:
    /// Makes the folder; one that is there must be empty.
    static std::expected<CaseFolder, CaseError> create(const std::filesystem::path& folder);

    /// Opens the folder of a finished recording.
    static std::expected<CaseFolder, CaseError> open(const std::filesystem::path& folder);

    /// Whether the path is a folder that holds a case.
    static bool is_case(const std::filesystem::path& folder);

    /// $XDG_STATE_HOME/waybill/cases, or below ~/.local/state.
    static std::filesystem::path default_cases();

    /// In default_cases(): <UTC>-<command>.
    static std::filesystem::path default_path(Timestamp started, const std::string& command);

    const std::filesystem::path& folder() const { return folder_; }
    std::filesystem::path data() const { return folder_ / "data"; }
    std::filesystem::path owners() const { return data() / "owners.ndjson"; }
    std::filesystem::path marks() const { return data() / "marks.ndjson"; }
    std::filesystem::path events() const { return data() / "events.ndjson"; }
    std::filesystem::path report() const { return data() / "report.json"; }
    std::filesystem::path recipe() const { return data() / "recipe.json"; }
    std::filesystem::path rules() const { return data() / "rules"; }
    bool is_sealed() const;

    /// Removes the folder of a run whose command was never started.
    void remove_unbegun() const;

    std::expected<void, CaseError> write_run(const Run& run) const;
    std::expected<Run, CaseError> read_run() const;

    /// Whose the packets are; nothing where the recording did not keep that.
    std::expected<std::optional<Owners>, CaseError> read_owners() const;

    /// In the order of time; none where the recording took none.
    std::expected<std::vector<Mark>, CaseError> read_marks() const;

    /// The recording's packet files in order, as run.json names them.
    std::vector<std::filesystem::path> packet_files(const Run& run) const;

private:
    explicit CaseFolder(std::filesystem::path folder) : folder_{std::move(folder)} {}
    std::filesystem::path folder_;
};

/// run.json's text (docs/formats/case.md), and back. The error says which member is not as it should be.
std::string run_to_json(const Run& run);
std::expected<Run, std::string> run_from_json(std::string_view text);

}  // namespace waybill
