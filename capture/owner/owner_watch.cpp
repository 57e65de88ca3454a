#include "capture/owner/owner_watch.h"

#include <unistd.h>

#include <utility>

namespace waybill {

std::expected<OwnerWatch, std::string> OwnerWatch::begin(RecordingOptions options)
{
    auto cgroup = Cgroup::create("waybill-" + std::to_string(::getpid()));
    if (!cgroup)
        return std::unexpected(cgroup.error());
    auto guard = CgroupGuard::post(*cgroup);
    if (!guard)
        return std::unexpected(guard.error());
    auto recorder = RecordingProcess::start(std::move(options), *cgroup);
    if (!recorder)
        return std::unexpected(recorder.error());
    return OwnerWatch{*std::move(cgroup), *std::move(guard), *std::move(recorder)};
}

}  // namespace waybill
