#include "capture/browser/browser_shim.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <string>

#include "base/file.h"
#include "base/last_error.h"
#include "capture/browser/asked_address.h"

namespace waybill {
namespace {

/// What programs call, by their documentation, to have an address opened (xdg-open(1), sensible-browser(1), the
/// alternatives of Debian's policy 11.4).
constexpr std::array<const char*, 3> other_names{"sensible-browser", "x-www-browser", "www-browser"};

constexpr mode_t for_all = 0755;
constexpr mode_t for_owner = 0600;

std::string script()
{
    return fmt::format(R"(#!/bin/sh
# Waybill: hands an address to the browser outside of this network.
case "$1" in
http://*|https://*|HTTP://*|HTTPS://*) ;;
*) echo "waybill: of this network only http and https addresses can be opened outside" >&2; exit 4 ;;
esac
if [ ${{#1}} -gt {most} ] || ! [ -p {pipe} ]; then
    echo "waybill: this address cannot be handed to the browser outside" >&2; exit 4
fi
printf '%s\n' "$1" >{pipe}
)",
                       fmt::arg("most", AskedAddress::most_octets), fmt::arg("pipe", BrowserShim::pipe));
}

std::error_code make_program(const std::filesystem::path& path, const std::string& text)
{
    const FileDescriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, for_all)};
    if (!file)
        return last_error();
    if (const auto written = write_all(file.get(), text); !written)
        return std::make_error_code(std::errc::io_error);
    return ::fchmod(file.get(), for_all) == 0 ? std::error_code{} : last_error();
}

}  // namespace

std::expected<FileDescriptor, std::error_code> BrowserShim::make(uid_t uid, gid_t gid)
{
    namespace fs = std::filesystem;
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (!failed)
        failed = make_program(program, script());
    for (const char* const name : other_names)
        if (!failed)
            fs::create_symlink(program, fs::path{folder} / name, failed);
    if (failed)
        return std::unexpected(failed);
    if (::mkfifo(pipe, for_owner) != 0 || ::chown(pipe, uid, gid) != 0)
        return std::unexpected(last_error());
    FileDescriptor end{::open(pipe, O_RDWR | O_NONBLOCK | O_CLOEXEC)};
    if (!end)
        return std::unexpected(last_error());
    return end;
}

}  // namespace waybill
