#include "capture/network/preparation.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "capture/network/environment.h"

namespace waybill::contained {
namespace {

RunError cannot_create(const std::filesystem::path& path, std::error_code code)
{
    return {RunError::Kind::cannot_create, fmt::format("{}: {}", path.string(), code.message())};
}

}  // namespace

std::expected<FileDescriptor, RunError> create_recording_file(const std::filesystem::path& path)
{
    FileDescriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640)};
    if (!file)
        return std::unexpected(cannot_create(path, last_error()));
    return file;
}

std::expected<void, RunError> make_fresh_home(const std::filesystem::path& home,
                                              const std::optional<UserIdentity>& user)
{
    std::error_code failed;
    if (std::filesystem::exists(home, failed) && !std::filesystem::is_empty(home, failed))
        return std::unexpected(cannot_create(home, std::make_error_code(std::errc::directory_not_empty)));
    for (const auto& folder : folders_of_home(std::filesystem::absolute(home))) {
        std::filesystem::create_directories(folder, failed);
        if (!failed)
            std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failed);
        if (!failed && user && ::chown(folder.c_str(), user->uid, user->gid) != 0)
            failed = last_error();
        if (failed)
            return std::unexpected(cannot_create(folder, failed));
    }
    return {};
}

std::expected<ControlPair, RunError> make_control()
{
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return std::unexpected(step_failed("make a socket pair", last_error()));
    return ControlPair{FileDescriptor{ends.at(0)}, FileDescriptor{ends.at(1)}};
}

bool send_all(int control, std::string_view octets)
{
    while (!octets.empty()) {  // each round sends something or gives up
        const ssize_t sent = ::send(control, octets.data(), octets.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        octets.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

}  // namespace waybill::contained
