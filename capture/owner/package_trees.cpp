#include "capture/owner/package_trees.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <functional>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

#include "base/file_descriptor.h"
#include "base/sha256_stream.h"
#include "capture/wall_clock.h"

namespace waybill {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t piece_octets = 128UL << 10U;
constexpr std::size_t octets_of_opening = 16UL << 10U;  // to open a file takes about as long as to read that much of it

/// What interpreters and build tools write while they run.
bool is_cache(const fs::path& folder)
{
    const fs::path name = folder.filename();
    return name == "__pycache__" || (name == ".cache" && folder.parent_path().filename() == "node_modules");
}

/// Of a file that stays the same while it is read.
std::optional<std::string> digest_of(const FileDescriptor& file, const FileIdentity& identity)
{
    Sha256Stream stream;
    std::array<std::byte, piece_octets> piece;  // NOLINT(*-member-init): filled before it is read
    while (true) {                              // ends with the file, or when it gets longer
        const ssize_t count = ::read(file.get(), piece.data(), piece.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return std::nullopt;
        if (count == 0)
            break;
        stream.add(Bytes{piece}.first(static_cast<std::size_t>(count)));
        if (identify(file) != identity)
            return std::nullopt;
    }
    return stream.finish();
}

/// sha256sum(1) writes a name with such characters behind a backslash.
std::string line_of(std::string_view digest, std::string_view path)
{
    std::string escaped;
    for (const char each : path) {
        if (each == '\\' || each == '\n' || each == '\r')
            escaped += '\\';
        escaped += each == '\n' ? 'n' : each == '\r' ? 'r' : each;
    }
    std::string line = escaped.size() == path.size() ? "" : "\\";
    return line.append(digest).append("  ").append(escaped).append("\n");
}

TreeState state_of(const TreeContents& contents)
{
    TreeState state;
    state.read = wall_clock();
    state.sha256 = tree_sha256(contents);
    state.files = contents.files.size();
    state.links = contents.links.size();
    state.octets = contents.octets;
    state.unread = contents.unread;
    return state;
}

}  // namespace

TreeReading::TreeReading(fs::path root, const TreeContents* known) : root_{std::move(root)}, known_{known}
{
    std::error_code problem;
    at_ = fs::recursive_directory_iterator{root_, fs::directory_options::skip_permission_denied, problem};
    if (problem)
        ++contents_.unread;
}

bool TreeReading::work(std::size_t octets)
{
    std::error_code problem;
    while (at_ != fs::recursive_directory_iterator{} && octets > 0) {  // each turn goes to the next entry
        if (contents_.files.size() + contents_.links.size() >= most_files || contents_.octets > most_octets) {
            contents_.is_bounded = true;
            at_ = {};
            break;
        }
        take(*at_, octets);
        at_.increment(problem);
        if (problem) {  // then it stands at the end
            ++contents_.unread;
            at_ = {};
        }
    }
    return at_ != fs::recursive_directory_iterator{};
}

void TreeReading::take(const fs::directory_entry& entry, std::size_t& octets)
{
    std::error_code problem;
    const fs::file_status status = entry.symlink_status(problem);
    const auto path = [&] { return entry.path().lexically_relative(root_).string(); };
    if (fs::is_directory(status)) {
        const FileDescriptor folder{::open(entry.path().c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
        if (!folder)
            ++contents_.unread;
        if (!folder || is_cache(entry.path()))
            at_.disable_recursion_pending();
        octets -= std::min(octets, octets_of_opening);
    } else if (fs::is_symlink(status)) {
        const fs::path target = fs::read_symlink(entry.path(), problem);
        if (problem)
            ++contents_.unread;
        else
            contents_.links.emplace(path(), target.string());
        octets -= std::min(octets, octets_of_opening);
    } else if (fs::is_regular_file(status)) {
        take_file(entry.path(), path(), octets);
    }
}

void TreeReading::take_file(const fs::path& file, std::string path, std::size_t& octets)
{
    const FileDescriptor opened{::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
    const auto identity = identify(opened);
    octets -= std::min(octets, octets_of_opening);
    if (!identity) {
        ++contents_.unread;
        return;
    }
    if (known_ != nullptr) {
        const auto known = known_->files.find(path);
        if (known != known_->files.end() && known->second.identity == *identity) {
            contents_.octets += static_cast<std::uint64_t>(identity->octets);
            contents_.files.emplace(std::move(path), known->second);
            return;
        }
    }
    auto digest = digest_of(opened, *identity);
    octets -= std::min(octets, static_cast<std::size_t>(identity->octets));
    if (!digest) {
        ++contents_.unread;
        return;
    }
    contents_.octets += static_cast<std::uint64_t>(identity->octets);
    contents_.files.emplace(std::move(path), TreeContents::File{*identity, std::move(*digest)});
}

std::string tree_sha256(const TreeContents& contents)
{
    if (contents.is_bounded)
        return {};
    Sha256Stream stream;
    const auto add = [&](std::string_view line) { stream.add(std::as_bytes(std::span{line})); };
    for (const auto& [path, file] : contents.files)
        add(line_of(file.sha256, path));
    for (const auto& [path, target] : contents.links)
        add(std::string{path}.append(" -> ").append(target).append("\n"));
    return stream.finish();
}

std::vector<TreeChange> changes_between(const TreeContents& before, const TreeContents& after)
{
    std::vector<TreeChange> changes;
    const auto compare = [&](const auto& earlier, const auto& later, const auto& is_same) {
        using enum TreeChange::Kind;
        for (const auto& [path, value] : earlier) {
            const auto found = later.find(path);
            if (found == later.end())
                changes.push_back({removed, path});
            else if (!is_same(value, found->second))
                changes.push_back({changed, path});
        }
        for (const auto& [path, value] : later)
            if (!earlier.contains(path))
                changes.push_back({added, path});
    };
    compare(before.files, after.files,
            [](const TreeContents::File& a, const TreeContents::File& b) { return a.sha256 == b.sha256; });
    compare(before.links, after.links, std::equal_to{});
    std::ranges::sort(changes, {}, &TreeChange::path);
    return changes;
}

void PackageTrees::add(std::uint64_t process, const Package& package, const std::string& root)
{
    if (trees_.contains(root) || trees_.size() >= most_trees)
        return;
    Known& known = trees_[root];
    known.tree.root = root;
    known.tree.package = package;
    known.tree.process = process;
    pending_.insert(root);
}

bool PackageTrees::work(std::size_t octets)
{
    if (pending_.empty())
        return false;
    Known& known = trees_.at(*pending_.begin());
    if (!known.reading) {
        known.tree.start.at = wall_clock();
        known.reading = std::make_unique<TreeReading>(known.tree.root, nullptr);
    }
    if (known.reading->work(octets))
        return true;
    const Timestamp at = known.tree.start.at;
    known.contents = std::move(known.reading->contents());
    known.reading.reset();
    known.tree.start = state_of(known.contents);
    known.tree.start.at = at;
    pending_.erase(pending_.begin());
    tell_(known.tree);
    return !pending_.empty();
}

void PackageTrees::end(Known& known)
{
    const Timestamp at = wall_clock();
    TreeReading reading{known.tree.root, &known.contents};
    while (reading.work(SIZE_MAX))  // ends with the folder
        continue;
    known.tree.end = state_of(reading.contents());
    known.tree.end->at = at;
    if (!known.contents.is_bounded && !reading.contents().is_bounded)
        known.tree.changes = changes_between(known.contents, reading.contents());
    known.tree.change_count = known.tree.changes.size();
    if (known.tree.changes.size() > PackageTree::most_changes)
        known.tree.changes.resize(PackageTree::most_changes);
    tell_(known.tree);
}

void PackageTrees::finish()
{
    while (work(SIZE_MAX))  // a tree less each time
        continue;
    for (auto& [root, known] : trees_)
        end(known);
    trees_.clear();
}

}  // namespace waybill
