#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "base/file_descriptor.h"

namespace waybill {

/// Tells a regular file with its octets from every other: as long as nothing writes to it, it stays the same.
struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t octets = 0;
    std::int64_t changed_seconds = 0;  ///< time of the last change (inode(7), ctime)
    std::int64_t changed_nanoseconds = 0;

    friend auto operator<=>(const FileIdentity&, const FileIdentity&) = default;
};

/// Nothing for what is no regular file, or not there.
std::optional<FileIdentity> identify(const FileDescriptor& file);
std::optional<FileIdentity> identify(const std::filesystem::path& file);

}  // namespace waybill
