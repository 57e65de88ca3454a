#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/process.h"
#include "model/time.h"

namespace waybill {

/// All files of a package and of what it brings along, as they were once.
struct TreeState {
    Timestamp at;              ///< reading began
    Timestamp read;            ///< reading ended
    std::string sha256;        ///< over all of it (docs/formats/owners.md); empty: more than is read
    std::uint64_t files = 0;   ///< regular ones
    std::uint64_t links = 0;   ///< symbolic ones
    std::uint64_t octets = 0;  ///< of the files
    std::uint64_t unread = 0;  ///< files and folders that could not be read, so that they are not in the digest

    friend bool operator==(const TreeState&, const TreeState&) = default;
};

/// A file that is not what it was.
struct TreeChange {
    enum class Kind : std::uint8_t { changed, added, removed };

    Kind kind = Kind::changed;
    std::string path;  ///< below the tree's root

    friend bool operator==(const TreeChange&, const TreeChange&) = default;
};

/// The word of owners.ndjson and report.json.
constexpr std::string_view text(TreeChange::Kind kind)
{
    switch (kind) {
        using enum TreeChange::Kind;
        case changed:
            break;
        case added:
            return "added";
        case removed:
            return "removed";
    }
    return "changed";
}

/// The package that a process runs with all that it loads from: as it was when the process began and when the recording
/// ended.
struct PackageTree {
    static constexpr std::size_t most_changes = 20;

    std::string root;           ///< the folder
    Package package;            ///< of the process that was the first to run something of it
    std::uint64_t process = 0;  ///< id of that
    TreeState start;
    std::optional<TreeState> end;     ///< absent where the recording broke off
    std::uint64_t change_count = 0;   ///< files that changed between the two
    std::vector<TreeChange> changes;  ///< the first of these, by path

    friend bool operator==(const PackageTree&, const PackageTree&) = default;
};

}  // namespace waybill
