#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string_view>

#include "base/file_descriptor.h"
#include "capture/mark/mark_files.h"
#include "capture/network/run_error.h"

namespace waybill::contained {

// What every run needs before its command starts.

/// A file of the recording, which must not exist yet, open for writing.
std::expected<FileDescriptor, RunError> create_recording_file(const std::filesystem::path& path);

/// Both ends of a recording's marks: the pipe to read from, and the file to write to.
struct OpenMarks {
    FileDescriptor pipe;
    FileDescriptor file;
};

/// Nothing opens nothing.
std::expected<OpenMarks, RunError> open_marks(const std::optional<MarkFiles>& files);

/// The two ends of a connection between two processes of one run.
struct ControlPair {
    FileDescriptor caller;
    FileDescriptor other;
};
std::expected<ControlPair, RunError> make_control();

/// Hands an open file to the other end, with an octet.
void send_descriptor(int control, const FileDescriptor& file);

/// What the other end sent: nothing yet, a file, or that it is over.
struct ReceivedDescriptor {
    FileDescriptor descriptor;
    bool is_over = false;
};
ReceivedDescriptor receive_descriptor(int control);

/// Sends all octets; false when nobody is there to get them.
bool send_all(int control, std::string_view octets);

}  // namespace waybill::contained
