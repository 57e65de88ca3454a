#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::evidence {

/// What stands in a folder, whoever put it there.
struct FolderEntry {
    enum class Kind : std::uint8_t { file, folder, link, other };

    std::string path;  ///< from the folder that is looked at, with '/'
    Kind kind{};

    friend bool operator==(const FolderEntry&, const FolderEntry&) = default;
};

/// SHA-256 of a file, and how long it is, both of the octets that were read.
struct FileDigest {
    std::string sha256;  ///< 64 lower-case hexadecimal digits
    std::uint64_t octets = 0;

    friend bool operator==(const FileDigest&, const FileDigest&) = default;
};

/// A folder whose content is not trusted: names in it are whatever somebody wrote, and nothing of it is followed.
class Folder {
public:
    Folder() = default;
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    Folder(Folder&&) = delete;
    Folder& operator=(Folder&&) = delete;
    virtual ~Folder() = default;

    /// Everything below it, folders before what is in them, in the order of names. The error says what could not be
    /// listed, or that there is more than is looked at.
    virtual std::expected<std::vector<FolderEntry>, std::string> list() = 0;

    /// A regular file's octets, of `limit` at most.
    virtual std::expected<std::string, std::string> read(std::string_view path, std::size_t limit) = 0;

    /// Hands on a regular file's octets piece by piece, `limit` of them at most; more of them are an error.
    virtual std::expected<void, std::string> stream(std::string_view path, std::uint64_t limit,
                                                    const std::function<void(std::string_view)>& take) = 0;

    /// The digest of a regular file of `limit` octets at most.
    std::expected<FileDigest, std::string> digest(std::string_view path, std::uint64_t limit);
};

}  // namespace waybill::evidence
