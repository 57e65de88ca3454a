#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <system_error>

#include "base/file_descriptor.h"
#include "capture/loop.h"
#include "capture/mark/mark_lines.h"
#include "model/phase.h"

namespace waybill {

/// The recorder's side of a pipe of marks (mark_pipe.h): writes each mark to marks.ndjson, with the time at which it
/// came. That is not earlier than it was said, so what is told to be before a mark was.
class MarkIntake {
public:
    /// `pipe` is open for reading and does not wait; `file` is marks.ndjson, empty.
    MarkIntake(FileDescriptor pipe, FileDescriptor file);

    /// Must stay where it is as long as the loop runs.
    std::error_code attach(Loop& loop);

    /// Takes what is in the pipe still. Nothing more is read then.
    void finish(Loop& loop);

    std::uint64_t refused() const { return refused_; }                      ///< marks beyond Mark::most
    const std::optional<std::string>& failure() const { return failure_; }  ///< why they could not be written

private:
    bool read();
    void write(const std::vector<std::string>& labels, Timestamp at);

    FileDescriptor pipe_;
    FileDescriptor file_;
    MarkLines lines_;
    Timestamp last_;
    std::uint64_t marks_ = 0;
    std::uint64_t refused_ = 0;
    std::optional<std::string> failure_;
};

}  // namespace waybill
