#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <string>

#include "base/file_descriptor.h"
#include "evidence/folder.h"

namespace waybill::evidence {

/// A folder of the file system. Its own path may be a link; nothing below it is followed, and nothing but regular files
/// is opened.
class DiskFolder final : public Folder {
public:
    static constexpr std::size_t most_entries = 100'000;
    static constexpr std::size_t most_depth = 16;

    static std::expected<std::unique_ptr<DiskFolder>, std::string> open(const std::filesystem::path& path);

    std::expected<std::vector<FolderEntry>, std::string> list() override;
    std::expected<std::string, std::string> read(std::string_view path, std::size_t limit) override;
    std::expected<void, std::string> stream(std::string_view path, std::uint64_t limit,
                                            const std::function<void(std::string_view)>& take) override;

private:
    explicit DiskFolder(FileDescriptor folder) : folder_{std::move(folder)} {}

    FileDescriptor folder_;
};

}  // namespace waybill::evidence
