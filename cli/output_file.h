#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/file_descriptor.h"
#include "cli/failure.h"

namespace waybill {

/// Where a command writes what may be long, piece by piece: standard output, or a file that takes its place as a whole,
/// so that no reader sees a half. What is there and no file (a device, a pipe) is written to as it is.
class OutputFile {
public:
    /// Standard output where no path is given.
    static std::expected<OutputFile, Failure> create(const std::filesystem::path& path);

    OutputFile(OutputFile&&) = default;
    OutputFile& operator=(OutputFile&&) = default;
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;
    ~OutputFile();  ///< of what was not finished nothing stays

    /// Nothing more is written after a failure, which finish() tells.
    void take(std::string_view octets);

    /// Writes what is left, and puts the file in its place. A reader of standard output that has gone away is no error.
    std::expected<void, Failure> finish();

private:
    OutputFile() = default;
    void flush();

    FileDescriptor file_;           // none: standard output
    std::filesystem::path place_;   // where it goes in the end
    std::filesystem::path beside_;  // until then; empty: it goes there at once
    std::string held_;
    std::optional<std::string> failure_;
    bool has_no_reader_ = false;
};

}  // namespace waybill
