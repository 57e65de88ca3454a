#pragma once

#include <expected>
#include <optional>
#include <utility>

#include "base/file_descriptor.h"
#include "capture/case_folder.h"
#include "capture/child_process.h"
#include "cli/failure.h"
#include "evidence/key.h"

namespace waybill {

/// A process that reads along while a case is recorded and notes down, each second or, in long recordings, less often,
/// how far each file has been written and what it is up to there: checkpoints.ndjson. So what a recording was up to
/// when it broke off can be shown. It alone has the key, and it parses nothing; it outlives a sudden end of ours by
/// one last look.
class CheckpointKeeper {
public:
    /// To be called with one thread, before anything of the recording is there.
    static std::expected<CheckpointKeeper, Failure> start(const CaseFolder& folder,
                                                          const std::optional<evidence::SigningKey>& key);

    /// The recording ended by itself: has the last checkpoint written. Whether all were.
    bool finish();

private:
    CheckpointKeeper(ChildProcess process, FileDescriptor word) : process_{std::move(process)}, word_{std::move(word)}
    {
    }

    ChildProcess process_;
    FileDescriptor word_;  // what is written here tells the end; its closing tells a sudden one
};

}  // namespace waybill
