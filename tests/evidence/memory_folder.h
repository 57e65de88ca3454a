#pragma once

#include <map>
#include <set>
#include <string>

#include "evidence/folder.h"

namespace waybill::test {

/// A folder that is nowhere: attacks on a case cost no file.
class MemoryFolder final : public evidence::Folder {
public:
    using Files = std::map<std::string, std::string, std::less<>>;

    MemoryFolder() = default;
    explicit MemoryFolder(Files of_files) : files{std::move(of_files)} {}

    Files files;
    std::map<std::string, evidence::FolderEntry::Kind> others;  ///< what is no file

    std::expected<std::vector<evidence::FolderEntry>, std::string> list() override
    {
        std::map<std::string, evidence::FolderEntry::Kind> all = others;
        for (const auto& [path, octets] : files) {
            all.emplace(path, evidence::FolderEntry::Kind::file);
            for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
                all.emplace(path.substr(0, slash), evidence::FolderEntry::Kind::folder);
        }
        std::vector<evidence::FolderEntry> entries;
        for (const auto& [path, kind] : all)
            entries.push_back({path, kind});
        return entries;
    }

    std::expected<std::string, std::string> read(std::string_view path, std::size_t limit) override
    {
        const auto found = files.find(path);
        if (found == files.end() || found->second.size() > limit)
            return std::unexpected(std::string{path} + ": not to be read");
        return found->second;
    }

    std::expected<void, std::string> stream(std::string_view path, std::uint64_t limit,
                                            const std::function<void(std::string_view)>& take) override
    {
        const auto octets = read(path, limit);
        if (!octets)
            return std::unexpected(octets.error());
        take(*octets);
        return {};
    }
};

}  // namespace waybill::test
