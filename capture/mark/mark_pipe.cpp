#include "capture/mark/mark_pipe.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>
#include <utility>

#include "base/file.h"
#include "model/phase.h"

namespace waybill {
namespace {

namespace fs = std::filesystem;

std::string because(const fs::path& path, int problem)
{
    return fmt::format("{}: {}", path.string(), std::error_code{problem, std::system_category()}.message());
}

/// A folder that the command's user can reach, which the case's is not; nobody else can make files in it.
std::expected<fs::path, std::string> make_reachable_folder()
{
    constexpr mode_t may_pass = 0711;
    std::string name = (fs::temp_directory_path() / "waybill-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr || ::chmod(name.c_str(), may_pass) != 0)
        return std::unexpected(because(name, errno));
    return fs::path{name};
}

bool is_pipe(const FileDescriptor& file)
{
    struct stat status{};
    return ::fstat(file.get(), &status) == 0 && S_ISFIFO(status.st_mode);
}

/// Makes the pipe the user's: by a descriptor, for others may change what is at its path.
std::optional<std::string> give_away(const fs::path& path, const UserIdentity& user)
{
    const FileDescriptor pipe{::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC)};
    if (!pipe || !is_pipe(pipe))
        return path.string() + ": not the pipe that was made";
    if (::fchownat(pipe.get(), "", user.uid, user.gid, AT_EMPTY_PATH) != 0)
        return because(path, errno);
    return std::nullopt;
}

/// Whether what was written has been read by `deadline`.
bool is_taken(int pipe, std::chrono::steady_clock::time_point deadline)
{
    constexpr std::chrono::milliseconds moment{1};
    int waiting = 0;
    while (::ioctl(pipe, FIONREAD, &waiting) == 0 && waiting > 0) {
        if (std::chrono::steady_clock::now() >= deadline)
            return false;
        std::this_thread::sleep_for(moment);
    }
    return true;
}

}  // namespace

MarkPipe::MarkPipe(MarkPipe&& other) noexcept
    : path_{std::exchange(other.path_, {})},
      link_{std::exchange(other.link_, {})},
      folder_{std::exchange(other.folder_, {})}
{
}

MarkPipe::~MarkPipe()
{
    std::error_code problem;  // what stays behind does no harm
    if (!link_.empty())
        fs::remove(link_, problem);
    // Who owns the folder may have put something else in its place.
    if (!path_.empty() && fs::symlink_status(path_, problem).type() == fs::file_type::fifo)
        fs::remove(path_, problem);
    if (!folder_.empty())
        fs::remove(folder_, problem);
}

std::expected<MarkPipe, std::string> MarkPipe::make(const Place& place)
{
    constexpr mode_t owner_only = 0600;
    MarkPipe pipe;
    const fs::path in_case = fs::absolute(place.case_folder) / name;
    fs::path path = place.file ? fs::absolute(*place.file) : in_case;
    if (!place.file && place.user) {
        auto folder = make_reachable_folder();
        if (!folder)
            return std::unexpected(folder.error());
        pipe.folder_ = *std::move(folder);
        path = pipe.folder_ / name;
    }
    if (::mkfifo(path.c_str(), owner_only) != 0)
        return std::unexpected(because(path, errno));
    pipe.path_ = path;
    if (place.user)
        if (auto failed = give_away(path, *place.user))
            return std::unexpected(*std::move(failed));
    if (path == in_case)
        return pipe;
    std::error_code problem;
    fs::create_symlink(path, in_case, problem);
    if (problem)
        return std::unexpected(in_case.string() + ": " + problem.message());
    pipe.link_ = in_case;
    return pipe;
}

std::expected<FileDescriptor, std::string> MarkPipe::open(const fs::path& pipe)
{
    // Open for writing, too, so that it has a writer always (fifo(7)).
    FileDescriptor descriptor{::open(pipe.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW)};
    if (!descriptor)
        return std::unexpected(because(pipe, errno));
    if (!is_pipe(descriptor))
        return std::unexpected(pipe.string() + ": not the pipe that was made");
    return descriptor;
}

std::expected<void, std::string> MarkPipe::send(const FileDescriptor& pipe, std::string_view label)
{
    constexpr std::chrono::seconds patience{5};
    if (auto written = write_all(pipe.get(), fmt::format("{}\n", label)); !written)
        return written;
    if (!is_taken(pipe.get(), std::chrono::steady_clock::now() + patience))
        return std::unexpected("the recording does not take the mark");
    return {};
}

std::expected<void, std::string> MarkPipe::send(const fs::path& pipe, std::string_view label)
{
    const FileDescriptor descriptor{::open(pipe.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC)};
    if (!descriptor && errno == ENXIO)
        return std::unexpected(pipe.string() + ": nobody reads it; the recording has ended");
    if (!descriptor)
        return std::unexpected(because(pipe, errno));
    if (!is_pipe(descriptor))
        return std::unexpected(pipe.string() + ": not a recording's pipe of marks");
    if (const auto sent = send(descriptor, label); !sent)
        return std::unexpected(fmt::format("{}: {}", pipe.string(), sent.error()));
    return {};
}

}  // namespace waybill
