#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "capture/owner/file_identity.h"
#include "model/package_tree.h"

namespace waybill {

/// What stands below a folder. Links are not followed, and caches that interpreters write (`__pycache__`,
/// `node_modules/.cache`) are left out.
struct TreeContents {
    struct File {
        FileIdentity identity;
        std::string sha256;  ///< 64 hexadecimal digits
    };

    std::map<std::string, File> files;         ///< by path below the folder
    std::map<std::string, std::string> links;  ///< with what they say
    std::uint64_t octets = 0;
    std::uint64_t unread = 0;
    bool is_bounded = false;  ///< there is more than is read
};

/// Reads a folder piece by piece, between other work.
class TreeReading {
public:
    static constexpr std::size_t most_files = 200'000;
    static constexpr std::uint64_t most_octets = std::uint64_t{4} << 30U;

    /// A file that `known` has with the same identity is not read again. `known` is borrowed; may be null.
    TreeReading(std::filesystem::path root, const TreeContents* known);

    /// Reads the next `octets` or fewer; a file is read as a whole. Each file counts as some octets more. False when
    /// all is read.
    bool work(std::size_t octets);

    TreeContents& contents() { return contents_; }

private:
    void take(const std::filesystem::directory_entry& entry, std::size_t& octets);
    void take_file(const std::filesystem::path& file, std::string path, std::size_t& octets);

    std::filesystem::path root_;
    const TreeContents* known_;
    TreeContents contents_;
    std::filesystem::recursive_directory_iterator at_;
};

/// SHA-256 over a line for each file and link, by path, as `sha256sum` writes them (docs/formats/owners.md); empty
/// where there is more than is read.
std::string tree_sha256(const TreeContents& contents);

/// What is in `after` otherwise than in `before`, by path.
std::vector<TreeChange> changes_between(const TreeContents& before, const TreeContents& after);

/// Reads the package trees that processes run from: once when the first of them begins, between other work, and once
/// when the recording ends.
class PackageTrees {
public:
    static constexpr std::size_t most_trees = 32;

    /// Called once a tree was read, and again with `end`.
    using Tell = std::function<void(const PackageTree&)>;

    explicit PackageTrees(Tell tell) : tell_{std::move(tell)} {}

    /// The process runs something of the package, whose tree stands in `root`.
    void add(std::uint64_t process, const Package& package, const std::string& root);

    /// Goes on with what is to be read first. False when nothing is left.
    bool work(std::size_t octets);

    /// Reads what is left, and each tree again.
    void finish();

private:
    struct Known {
        PackageTree tree;
        std::unique_ptr<TreeReading> reading;  ///< while it goes on
        TreeContents contents;
    };
    void end(Known& known);

    Tell tell_;
    std::map<std::string, Known> trees_;  // by root
    std::set<std::string> pending_;       // roots that are still to be read
};

}  // namespace waybill
