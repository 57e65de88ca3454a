#include "cli/signing_key.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/file.h"
#include "base/file_descriptor.h"

namespace waybill {
namespace {

namespace fs = std::filesystem;

using evidence::SigningKey;

constexpr std::size_t most_key_octets = 16'384;
constexpr mode_t owner_alone = 0600;
constexpr mode_t for_all = 0644;

std::expected<void, Failure> write_new(const fs::path& path, std::string_view text, mode_t mode)
{
    const FileDescriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)};
    if (!file)
        return std::unexpected(Failure{ExitCode::cannot_create, fmt::format("{}: {}; name a file that is not there",
                                                                            path.string(), std::strerror(errno))});
    if (const auto written = write_all(file.get(), text); !written) {
        ::unlink(path.c_str());  // a part of a key is none
        return std::unexpected(Failure{ExitCode::input_output, fmt::format("{}: {}", path.string(), written.error())});
    }
    return {};
}

}  // namespace

fs::path public_file(fs::path file)
{
    file += ".pub";
    return file;
}

std::expected<SigningKey, Failure> make_signing_key(const fs::path& file)
{
    SigningKey key = SigningKey::generate();
    std::error_code problem;
    if (fs::exists(fs::symlink_status(public_file(file), problem)))
        return std::unexpected(
            Failure{ExitCode::cannot_create, public_file(file).string() + ": is there; name another file"});
    if (auto written = write_new(file, key.pem(), owner_alone); !written)
        return std::unexpected(std::move(written.error()));
    if (auto written = write_new(public_file(file), key.public_key().pem(), for_all); !written) {
        fs::remove(file, problem);  // one without the other would only be in the way
        return std::unexpected(std::move(written.error()));
    }
    return key;
}

std::expected<SigningKey, Failure> read_signing_key(const fs::path& file)
{
    const auto pem = read_regular_file(file, most_key_octets, [](const FileRights& rights) {
        constexpr mode_t others = 0077;
        return (rights.mode & others) == 0
                   ? std::nullopt
                   : std::optional<std::string>{"others may read or change it; make it yours alone by chmod 600"};
    });
    if (!pem)
        return std::unexpected(Failure{ExitCode::input_not_readable, pem.error()});
    auto key = SigningKey::from_pem(*pem);
    if (!key)
        return std::unexpected(
            Failure{ExitCode::input_not_understood, fmt::format("{}: {}", file.string(), key.error())});
    return *std::move(key);
}

}  // namespace waybill
