#include "evidence/disk_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <utility>

#include "base/text.h"

namespace waybill::evidence {
namespace {

constexpr std::size_t piece_octets = std::size_t{1} << 18U;

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

std::unexpected<std::string> system_failure(std::string_view path)
{
    return std::unexpected(fmt::format("{}: {}", printable(path), std::strerror(errno)));
}

std::string joined(const std::string& folder, const char* name)
{
    return folder.empty() ? std::string{name} : fmt::format("{}/{}", folder, name);
}

FolderEntry::Kind kind_of(mode_t mode)
{
    using enum FolderEntry::Kind;
    return S_ISREG(mode) ? file : S_ISDIR(mode) ? folder : S_ISLNK(mode) ? link : other;
}

/// A folder below `folder`, through no link.
std::expected<FileDescriptor, std::string> open_folder(int folder, std::string_view path)
{
    FileDescriptor at{::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    std::string_view rest = path;
    while (at && !rest.empty()) {  // each turn takes a name
        const std::string name{rest.substr(0, rest.find('/'))};
        rest.remove_prefix(std::min(name.size() + 1, rest.size()));
        if (name.empty() || name == "." || name == "..") {
            errno = ENOENT;
            return system_failure(path);
        }
        at = FileDescriptor{::openat(at.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    }
    if (!at)
        return system_failure(path);
    return at;
}

std::expected<FileDescriptor, std::string> open_file(int root, std::string_view path)
{
    const std::size_t slash = path.rfind('/');
    const std::string name{slash == std::string_view::npos ? path : path.substr(slash + 1)};
    const auto folder = open_folder(root, slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash));
    if (!folder)
        return std::unexpected(folder.error());
    struct stat status{};
    if (name.empty() || ::fstatat(folder->get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
        return system_failure(path);
    if (!S_ISREG(status.st_mode))
        return std::unexpected(fmt::format("{}: no regular file", printable(path)));
    FileDescriptor file{::openat(folder->get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
    if (!file || ::fstat(file.get(), &status) != 0)
        return system_failure(path);
    if (!S_ISREG(status.st_mode))  // somebody put another thing in its place
        return std::unexpected(fmt::format("{}: no regular file", printable(path)));
    return file;
}

/// Hands each piece of a file on, until the end or until `take` has enough.
template <class Take>
std::expected<void, std::string> read_pieces(const FileDescriptor& file, std::string_view path, const Take& take)
{
    std::vector<char> room(piece_octets);
    while (true) {  // until the end, an error, or enough
        const ssize_t got = ::read(file.get(), room.data(), room.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return system_failure(path);
        if (got == 0 || !take(std::string_view{room.data(), static_cast<std::size_t>(got)}))
            return {};
    }
}

}  // namespace

std::expected<std::unique_ptr<DiskFolder>, std::string> DiskFolder::open(const std::filesystem::path& path)
{
    FileDescriptor folder{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!folder)
        return system_failure(path.string());
    return std::unique_ptr<DiskFolder>{new DiskFolder{std::move(folder)}};
}

std::expected<std::vector<FolderEntry>, std::string> DiskFolder::list()
{
    std::vector<FolderEntry> entries;
    std::vector<std::string> waiting{std::string{}};
    while (!waiting.empty()) {  // each folder once: no link is followed, and the bounds hold
        const std::string path = std::move(waiting.back());
        waiting.pop_back();
        auto opened = open_folder(folder_.get(), path);
        if (!opened)
            return std::unexpected(std::move(opened.error()));
        const std::unique_ptr<DIR, CloseFolder> folder{::fdopendir(opened->get())};
        if (!folder)
            return system_failure(path);
        opened->release();  // the stream closes it
        errno = 0;
        while (const dirent* const entry = ::readdir(folder.get())) {
            const std::string_view name{entry->d_name};
            struct stat status{};
            if (name == "." || name == "..")
                continue;
            if (entries.size() == most_entries)
                return std::unexpected(fmt::format("there are more than {} files and folders", most_entries));
            if (::fstatat(::dirfd(folder.get()), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
                return system_failure(joined(path, entry->d_name));
            entries.push_back({joined(path, entry->d_name), kind_of(status.st_mode)});
            if (!S_ISDIR(status.st_mode))
                continue;
            if (static_cast<std::size_t>(std::ranges::count(entries.back().path, '/')) + 1 == most_depth)
                return std::unexpected(
                    fmt::format("{}: folders are nested deeper than {}", printable(entries.back().path), most_depth));
            waiting.push_back(entries.back().path);
            errno = 0;
        }
        if (errno != 0)
            return system_failure(path);
    }
    std::ranges::sort(entries, {}, &FolderEntry::path);
    return entries;
}

std::expected<std::string, std::string> DiskFolder::read(std::string_view path, std::size_t limit)
{
    const auto file = open_file(folder_.get(), path);
    if (!file)
        return std::unexpected(file.error());
    std::string octets;
    const auto done = read_pieces(*file, path, [&](std::string_view piece) {
        octets += piece;
        return octets.size() <= limit;
    });
    if (!done)
        return std::unexpected(done.error());
    if (octets.size() > limit)
        return std::unexpected(fmt::format("{}: larger than {} octets", printable(path), limit));
    return octets;
}

std::expected<void, std::string> DiskFolder::stream(std::string_view path, std::uint64_t limit,
                                                    const std::function<void(std::string_view)>& take)
{
    const auto file = open_file(folder_.get(), path);
    if (!file)
        return std::unexpected(file.error());
    std::uint64_t octets = 0;
    auto done = read_pieces(*file, path, [&](std::string_view piece) {
        octets += piece.size();
        if (octets <= limit)
            take(piece);
        return octets <= limit;
    });
    if (done && octets > limit)
        return std::unexpected(fmt::format("{}: larger than {} octets", printable(path), limit));
    return done;
}

}  // namespace waybill::evidence
