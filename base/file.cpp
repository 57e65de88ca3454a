#include "base/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/file_descriptor.h"

namespace waybill {
namespace {

std::unexpected<std::string> failure(const std::filesystem::path& path)
{
    return std::unexpected(path.string() + ": " + std::strerror(errno));
}

}  // namespace

std::expected<std::string, std::string> read_file(const std::filesystem::path& path, std::size_t limit)
{
    const FileDescriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file)
        return failure(path);
    std::string octets;
    std::array<char, 65536> chunk{};
    while (true) {  // until the end, an error or the limit
        const ssize_t got = ::read(file.get(), chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return failure(path);
        if (got == 0)
            return octets;
        octets.append(chunk.data(), static_cast<std::size_t>(got));
        if (octets.size() > limit)
            return std::unexpected(path.string() + ": larger than is read");
    }
}

std::expected<void, std::string> write_all(int descriptor, std::string_view octets)
{
    while (!octets.empty()) {
        const ssize_t written = ::write(descriptor, octets.data(), octets.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return std::unexpected(std::string{std::strerror(errno)});
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
    if (const auto written = write_all(file.get(), octets); !written)
        return std::unexpected(path.string() + ": " + written.error());
    std::error_code problem;
    std::filesystem::rename(beside, path, problem);
    if (problem)
        return std::unexpected(path.string() + ": " + problem.message());
    return {};
}

}  // namespace waybill
