#include "capture/fresh_home.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <ranges>
#include <utility>

#include "base/file.h"
#include "capture/network/environment.h"

namespace waybill {
namespace {

namespace fs = std::filesystem;

RunError cannot_create(const fs::path& path, std::error_code code)
{
    return {RunError::Kind::cannot_create, fmt::format("{}: {}", path.string(), code.message())};
}

/// Nobody but root can reach or guess it until it is given away.
std::expected<fs::path, RunError> make_temporary_folder()
{
    std::string name = (fs::temp_directory_path() / "waybill-home-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        return std::unexpected(cannot_create(name, last_error()));
    return fs::path{name};
}

}  // namespace

FreshHome::FreshHome(FreshHome&& other) noexcept
    : path_{std::exchange(other.path_, {})},
      user_{std::exchange(other.user_, {})},
      made_{std::exchange(other.made_, {})}
{
}

FreshHome::~FreshHome()
{
    if (path_.empty() || !user_)
        return;
    std::error_code problem;  // it was made for this run; what stays behind of it does no harm
    fs::remove_all(path_, problem);
}

std::expected<FreshHome, RunError> FreshHome::make(const fs::path& case_folder, const std::optional<UserIdentity>& user)
{
    FreshHome home;
    home.user_ = user;
    fs::path folder = fs::absolute(case_folder) / "home";
    if (user) {
        auto made = make_temporary_folder();
        if (!made)
            return std::unexpected(made.error());
        folder = *std::move(made);
    }
    std::error_code failed;
    if (fs::exists(folder, failed) && !fs::is_empty(folder, failed))
        return std::unexpected(cannot_create(folder, std::make_error_code(std::errc::directory_not_empty)));
    home.path_ = folder;
    for (const fs::path& each : contained::folders_of_home(folder))
        if (const auto made = home.make_folder(each); !made)
            return std::unexpected(made.error());
    return home;
}

std::expected<void, RunError> FreshHome::make_folder(const fs::path& folder)
{
    std::error_code failed;
    if (folder != path_ && fs::is_directory(folder, failed))
        return {};
    fs::create_directory(folder, failed);
    if (!failed)
        fs::permissions(folder, fs::perms::owner_all, failed);
    if (failed)
        return std::unexpected(cannot_create(folder, failed));
    made_.push_back(folder);
    return {};
}

std::expected<void, RunError> FreshHome::write(std::string_view path, std::string_view octets)
{
    const fs::path relative{path};
    fs::path folder = path_;
    for (const fs::path& part : relative.parent_path()) {
        folder /= part;
        if (const auto made = make_folder(folder); !made)
            return made;
    }
    const fs::path file = path_ / relative;
    if (const auto written = write_file(file, octets); !written)
        return std::unexpected(RunError{RunError::Kind::cannot_create, written.error()});
    std::error_code failed;
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write, failed);
    if (failed)
        return std::unexpected(cannot_create(file, failed));
    made_.push_back(file);
    return {};
}

std::expected<void, RunError> FreshHome::give_away()
{
    if (!user_)
        return {};
    for (const fs::path& each : made_ | std::views::reverse)  // the home last: until then nobody else can be in it
        if (::lchown(each.c_str(), user_->uid, user_->gid) != 0)
            return std::unexpected(cannot_create(each, last_error()));
    return {};
}

}  // namespace waybill
