#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "capture/case_folder.h"
#include "capture/mark/mark_files.h"
#include "capture/mark/mark_pipe.h"
#include "capture/network/command_end.h"
#include "capture/network/contained_run.h"
#include "capture/network/held_signals.h"
#include "capture/network/run_error.h"
#include "capture/owner/process_table.h"
#include "capture/owner/recording_process.h"
#include "capture/privileges.h"
#include "capture/recorder.h"
#include "cli/failure.h"
#include "cli/run_command.h"
#include "model/run.h"

namespace waybill {

/// A command that was run and recorded.
struct Recorded {
    Run run;
    CommandEnd command;
    std::unique_ptr<Remains> remains;  ///< of the run, which end while it is analysed; of a contained one
    /// Held until the recording is written down: who interrupts it twice has all of it.
    std::shared_ptr<const contained::HeldSignals> signals = nullptr;
};

/// What was prepared for a command.
struct Prepared {
    std::optional<UserIdentity> user;           ///< whom it runs as, where that is not the caller
    std::optional<std::filesystem::path> home;  ///< a fresh one
    const contained::HeldSignals& signals;      ///< of the whole run
    std::optional<MarkFiles> marks;             ///< nothing: none are taken
};

// One for each kind of network, contained being the sinkhole and the isolated one: runs the command and records into
// the case's data folder. A failure is of Waybill, not of the command, and leaves no recording that is worth keeping.
std::expected<Recorded, Failure> record_contained(const RunOptions& options, const CaseFolder& folder,
                                                  const Prepared& prepared);
std::expected<Recorded, Failure> record_on_host(const RunOptions& options, const CaseFolder& folder,
                                                const Prepared& prepared);

/// What is the same in every mode.
namespace recording {

constexpr std::string_view packets_name = "packets-0001.pcapng";

/// Whom the command runs as, where that is not the caller.
std::expected<std::optional<UserIdentity>, Failure> user_of(const RunOptions& options);

/// The pipe by which marks come, where they may; nothing where they may not.
std::expected<std::optional<MarkPipe>, Failure> make_mark_pipe(const RecordOptions& options, const CaseFolder& folder,
                                                               const std::optional<UserIdentity>& user);
std::optional<MarkFiles> mark_files(const std::optional<MarkPipe>& pipe, const CaseFolder& folder);

Trimmer trimmer_for(const RecordOptions& options);

ProcessTable::Arguments arguments_of(const RecordOptions& options);

/// The members that no command decides.
Run describe_host(const RecordOptions& options);

/// The members that no network decides; of the command line without what looks like a secret, unless that is kept.
Run describe(const RunOptions& options, const CommandEnd& command);

/// What the interfaces of a recording counted.
void add_interfaces(Run& run, const std::vector<RecordedInterface>& interfaces);

void add_gap(Run& run, GapKind kind, std::uint64_t count, std::string detail = {});

/// Where the command had no more time.
void add_gap_of_timeout(Run& run);

void add_gap_of_marks(Run& run, std::uint64_t refused);

/// What a recording of owners knows that it did not see.
void add_gaps_of_owners(Run& run, const OwnerRecording& recording);

Failure failure_of(const RunError& error);

}  // namespace recording
}  // namespace waybill
