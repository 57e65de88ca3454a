#pragma once

#include <sys/types.h>

#include <cstddef>
#include <expected>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace waybill {

/// A file's octets, of `limit` at most. The error is what the operating system says, with the path.
std::expected<std::string, std::string> read_file(const std::filesystem::path& path, std::size_t limit);

/// The same of a path that a stranger may have made: what is no regular file (fifo(7), a device) is an error, and is
/// never opened, for that alone can have effects.
std::expected<std::string, std::string> read_regular_file(const std::filesystem::path& path, std::size_t limit);

/// Who may change a file.
struct FileRights {
    uid_t owner = 0;
    mode_t mode = 0;  ///< the bits of permission alone
};

/// What is to be said against reading a file; nothing: it may be read.
using Objection = std::function<std::optional<std::string>(const FileRights&)>;

/// The same of a file that there is no objection to, which is asked of the very file before it is opened; an objection
/// is the error, after the path.
std::expected<std::string, std::string> read_regular_file(const std::filesystem::path& path, std::size_t limit,
                                                          const Objection& objection);

/// Writes a file as a whole: into a new file beside it that then takes its place, so that no reader sees a half.
std::expected<void, std::string> write_file(const std::filesystem::path& path, std::string_view octets);

/// Writes all of `octets` to a descriptor. The error is what the operating system says.
std::expected<void, std::string> write_all(int descriptor, std::string_view octets);

}  // namespace waybill
