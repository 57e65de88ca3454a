#include "capture/owner/cgroup_paths.h"

#include <sys/stat.h>

#include <system_error>

namespace waybill {
namespace {

namespace fs = std::filesystem;

std::uint64_t number_of(const fs::path& folder)
{
    struct stat status{};
    return ::stat(folder.c_str(), &status) == 0 ? status.st_ino : 0;
}

}  // namespace

std::optional<std::string> CgroupPaths::find(std::uint64_t number)
{
    auto found = paths_.find(number);
    const auto now = std::chrono::steady_clock::now();
    if (found == paths_.end() && !hierarchy_.empty() && (!looked_ || now - *looked_ >= least_pause)) {
        looked_ = now;
        look_through();
        found = paths_.find(number);
    }
    return found == paths_.end() ? std::nullopt : std::optional{found->second};
}

void CgroupPaths::look_through()
{
    paths_.insert_or_assign(number_of(hierarchy_), "/");
    std::error_code problem;
    fs::recursive_directory_iterator folder{hierarchy_, fs::directory_options::skip_permission_denied, problem};
    for (const fs::recursive_directory_iterator end; !problem && folder != end; folder.increment(problem)) {
        std::error_code gone;  // a folder can go at any moment
        if (folder->is_directory(gone))
            paths_.insert_or_assign(number_of(folder->path()),
                                    "/" + fs::relative(folder->path(), hierarchy_, gone).string());
    }
}

}  // namespace waybill
