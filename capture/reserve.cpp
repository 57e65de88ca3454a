#include "capture/reserve.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <system_error>

#include "base/last_error.h"

namespace waybill {
namespace {

constexpr off_t reserved_octets = off_t{256} * 1024;

/// Not every file system makes a file without a name.
FileDescriptor open_unnamed(const std::filesystem::path& folder)
{
    FileDescriptor file{::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)};
    if (file)
        return file;
    std::string name = (folder / "reserve-XXXXXX").string();
    file = FileDescriptor{::mkostemp(name.data(), O_CLOEXEC)};
    if (file)
        ::unlink(name.c_str());
    return file;
}

}  // namespace

std::expected<Reserve, std::string> Reserve::take(const std::filesystem::path& folder)
{
    FileDescriptor file = open_unnamed(folder);
    if (!file)
        return std::unexpected(fmt::format("{}: {}", folder.string(), last_error().message()));
    if (const int error = ::posix_fallocate(file.get(), 0, reserved_octets); error != 0)
        return std::unexpected(fmt::format("{}: {} octets, which the end of a recording needs, cannot be had: {}",
                                           folder.string(), reserved_octets,
                                           std::error_code{error, std::system_category()}.message()));
    return Reserve{std::move(file)};
}

void Reserve::release()
{
    // Processes that were begun meanwhile can have the file open, too.
    if (file_)
        static_cast<void>(::ftruncate(file_.get(), 0) == 0);
    file_.reset();
}

}  // namespace waybill
