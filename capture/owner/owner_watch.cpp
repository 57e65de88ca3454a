#include "capture/owner/owner_watch.h"

#include <unistd.h>

#include <utility>

namespace waybill {

std::expected<OwnerWatch, std::string> OwnerWatch::begin(RecordingOptions options)
{
    const auto folder = place_of_cgroup("waybill-" + std::to_string(::getpid()));
    if (!folder)
        return std::unexpected(folder.error());
    auto guard = CgroupGuard::post(*folder);
    if (!guard)
        return std::unexpected(guard.error());
    auto cgroup = Cgroup::create(*folder);
    if (!cgroup)
        return std::unexpected(cgroup.error());
    auto recorder = RecordingProcess::start(std::move(options), cgroup->descriptor());
    if (!recorder)
        return std::unexpected(recorder.error());
    return OwnerWatch{*std::move(cgroup), *std::move(guard), *std::move(recorder)};
}

}  // namespace waybill
