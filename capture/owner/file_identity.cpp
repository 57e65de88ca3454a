#include "capture/owner/file_identity.h"

#include <sys/stat.h>

namespace waybill {
namespace {

std::optional<FileIdentity> identity_of(const struct stat& status)
{
    if (!S_ISREG(status.st_mode))
        return std::nullopt;
    return FileIdentity{status.st_dev, status.st_ino, status.st_size, status.st_ctim.tv_sec, status.st_ctim.tv_nsec};
}

}  // namespace

std::optional<FileIdentity> identify(const FileDescriptor& file)
{
    struct stat status{};
    return ::fstat(file.get(), &status) == 0 ? identity_of(status) : std::nullopt;
}

std::optional<FileIdentity> identify(const std::filesystem::path& file)
{
    struct stat status{};
    return ::stat(file.c_str(), &status) == 0 ? identity_of(status) : std::nullopt;
}

}  // namespace waybill
