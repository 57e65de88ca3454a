#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>

#include "base/file_descriptor.h"

namespace waybill {
namespace {

constexpr std::size_t least_piece = 4096;  // of a file whose size is not known

std::unexpected<std::string> failure(const std::filesystem::path& path)
{
    return std::unexpected(path.string() + ": " + std::strerror(errno));
}

/// What an open file holds.
std::expected<std::string, std::string> read_open(const FileDescriptor& file, const std::filesystem::path& path,
                                                  std::size_t limit)
{
    struct stat status{};
    const bool has_size = ::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode) && status.st_size >= 0;
    std::string octets;
    // One octet more than there are, so that the end is seen without more memory.
    std::size_t piece =
        std::max(has_size ? std::min(static_cast<std::size_t>(status.st_size), limit) + 1 : 0, least_piece);
    while (true) {  // until the end, an error or the limit
        const std::size_t before = octets.size();
        ssize_t got = 0;
        octets.resize_and_overwrite(before + piece, [&](char* start, std::size_t) {
            got = ::read(file.get(), std::span{start, before + piece}.subspan(before).data(), piece);
            return before + static_cast<std::size_t>(std::max(got, ssize_t{0}));
        });
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return failure(path);
        if (got == 0)
            return octets;
        if (octets.size() > limit)
            return std::unexpected(path.string() + ": larger than is read");
        piece = octets.capacity() > octets.size() ? octets.capacity() - octets.size() : least_piece;
    }
}

}  // namespace

std::expected<std::string, std::string> read_file(const std::filesystem::path& path, std::size_t limit)
{
    const FileDescriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file)
        return failure(path);
    return read_open(file, path, limit);
}

std::expected<std::string, std::string> read_regular_file(const std::filesystem::path& path, std::size_t limit)
{
    return read_regular_file(path, limit, {});
}

std::expected<std::string, std::string> read_regular_file(const std::filesystem::path& path, std::size_t limit,
                                                          const Objection& objection)
{
    constexpr mode_t permissions = 07777;
    const FileDescriptor place{::open(path.c_str(), O_PATH | O_CLOEXEC)};  // opens nothing yet
    struct stat status{};
    if (!place || ::fstat(place.get(), &status) != 0)
        return failure(path);
    if (!S_ISREG(status.st_mode))
        return std::unexpected(path.string() + ": no regular file");
    if (objection)
        if (const auto reason = objection({status.st_uid, status.st_mode & permissions}))
            return std::unexpected(path.string() + ": " + *reason);
    const FileDescriptor file{
        ::open(("/proc/self/fd/" + std::to_string(place.get())).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (!file)
        return failure(path);
    return read_open(file, path, limit);
}

std::expected<void, std::string> write_all(int descriptor, std::string_view octets)
{
    while (!octets.empty()) {
        const ssize_t written = ::write(descriptor, octets.data(), octets.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)  // none at all would be none for ever
            return std::unexpected(std::string{std::strerror(written < 0 ? errno : EIO)});
        octets.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

std::expected<void, std::string> write_file(const std::filesystem::path& path, std::string_view octets)
{
    std::filesystem::path beside = path;
    beside += ".new";
    const FileDescriptor file{::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)};
    if (!file)
        return failure(path);
    std::error_code problem;
    if (const auto written = write_all(file.get(), octets); !written) {
        std::filesystem::remove(beside, problem);  // a part of it would only take the room
        return std::unexpected(path.string() + ": " + written.error());
    }
    std::filesystem::rename(beside, path, problem);
    if (problem)
        return std::unexpected(path.string() + ": " + problem.message());
    return {};
}

}  // namespace waybill
