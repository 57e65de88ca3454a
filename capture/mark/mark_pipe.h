#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/file_descriptor.h"
#include "capture/privileges.h"

namespace waybill {

/// A named pipe (fifo(7)) by which marks reach a running recording: a line for each, from whoever may write to it. It
/// is there as long as this object.
class MarkPipe {
public:
    /// In the case's folder, where whoever wants to mark looks for it.
    static constexpr std::string_view name = "marks";

    struct Place {
        std::filesystem::path case_folder;
        std::optional<std::filesystem::path> file;  ///< where it is to be, in place of the case; must not exist yet
        std::optional<UserIdentity> user;           ///< whose it is, where that is not the caller
    };

    /// The error says what is in the way.
    static std::expected<MarkPipe, std::string> make(const Place& place);

    MarkPipe(const MarkPipe&) = delete;
    MarkPipe& operator=(const MarkPipe&) = delete;
    MarkPipe(MarkPipe&& other) noexcept;
    MarkPipe& operator=(MarkPipe&&) = delete;
    ~MarkPipe();

    const std::filesystem::path& path() const { return path_; }  ///< absolute

    /// The end to read from: it does not wait, and does not end when a writer goes.
    static std::expected<FileDescriptor, std::string> open(const std::filesystem::path& pipe);

    /// Marks in the recording whose pipe this end is of, and returns once it was taken. The error says what is in the
    /// way.
    static std::expected<void, std::string> send(const FileDescriptor& pipe, std::string_view label);

    /// Marks in the recording whose pipe this is, and returns once it was taken. The error says what is in the way.
    static std::expected<void, std::string> send(const std::filesystem::path& pipe, std::string_view label);

private:
    MarkPipe() = default;

    std::filesystem::path path_;    // empty: moved from
    std::filesystem::path link_;    // in the case, where the pipe is elsewhere
    std::filesystem::path folder_;  // made for the pipe
};

}  // namespace waybill
