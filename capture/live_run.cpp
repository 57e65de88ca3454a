#include "capture/live_run.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <net/if.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <utility>

#include "base/last_error.h"
#include "capture/network/held_signals.h"
#include "capture/network/preparation.h"
#include "capture/owner/cgroup.h"
#include "capture/owner/process_facts.h"
#include "capture/owner/recording_process.h"
#include "capture/wall_clock.h"

namespace waybill {
namespace {

using namespace contained;
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::string_view every_interface = "any";
constexpr std::string_view loopback_interface = "lo";
// Each packet over the loopback interface passes it twice: of all interfaces, its is the first.
constexpr std::string_view once_over_loopback = "not (ifindex 1 and outbound)";
constexpr std::size_t least_id_digits = 12;  // that container tools show

LiveOptions interface_options(const std::string& name, const std::string& filter)
{
    LiveOptions live;
    live.interface_name = name;
    live.inbound_only = name == loopback_interface;
    live.filter = filter;
    live.counts_all = filter.empty();
    if (name == every_interface)
        live.filter =
            filter.empty() ? std::string{once_over_loopback} : fmt::format("({}) and ({})", once_over_loopback, filter);
    return live;
}

/// Of the one interface that is named; 0 for any.
std::expected<std::uint32_t, RunError> index_of_only(const std::vector<std::string>& interfaces)
{
    if (interfaces.empty() || interfaces.front() == every_interface)
        return 0;
    const unsigned index = ::if_nametoindex(interfaces.front().c_str());
    if (index == 0)
        return std::unexpected(
            RunError{RunError::Kind::not_permitted, interfaces.front() + ": " + last_error().message()});
    return index;
}

std::expected<FileDescriptor, RunError> open_cgroup(const LiveRunOptions& options)
{
    const auto folder =
        options.processes.cgroup ? std::expected<fs::path, std::string>{*options.processes.cgroup} : cgroup_hierarchy();
    if (!folder)
        return std::unexpected(RunError{RunError::Kind::not_permitted, folder.error()});
    FileDescriptor opened{::open(folder->c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!opened)
        return std::unexpected(
            RunError{RunError::Kind::not_permitted, fmt::format("{}: {}", folder->string(), last_error().message())});
    return opened;
}

/// The recorder, until it is to end.
class Attended {
public:
    Attended(const LiveRunOptions& options, const HeldSignals& signals, RecordingProcess& recorder)
        : options_{options}, signals_{signals}, recorder_{recorder}
    {
    }

    /// The error is that the recorder died, or that there is no place for its packets.
    std::expected<void, RunError> wait()
    {
        const auto begin = Clock::now();
        std::array<pollfd, 2> waited{pollfd{signals_.descriptor(), POLLIN, 0},
                                     pollfd{recorder_.descriptor(), POLLIN, 0}};
        while (signal_ == 0 && !has_ended_) {  // ends with the time, a signal, or the recorder
            const int patience = patience_since(begin);
            if (patience == 0)
                return {};
            if (::poll(waited.data(), waited.size(), patience) < 0)
                continue;
            if (waited[0].revents != 0)
                note_signal();
            if (waited[1].revents != 0)
                if (auto heard = hear_recorder(); !heard)
                    return heard;
        }
        return {};
    }

    int signal() const { return signal_; }
    unsigned files() const { return files_; }

private:
    static constexpr std::int64_t longest_sleep = 3'600'000;  // milliseconds

    /// Milliseconds to wait for something; none once the time is over, -1 without an end.
    int patience_since(Clock::time_point begin) const
    {
        if (!options_.duration)
            return -1;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(begin + *options_.duration - Clock::now());
        return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, longest_sleep));
    }

    std::expected<void, RunError> hear_recorder()
    {
        const auto word = recorder_.listen();
        if (word == RecordingProcess::Word::wants_file)
            return give_file();
        has_ended_ = word == RecordingProcess::Word::ended;  // it has enough, or cannot go on
        if (word == RecordingProcess::Word::died)
            return std::unexpected(
                RunError{RunError::Kind::internal,
                         "the recorder ended before it was told to; what it had recorded by then is in "
                         "the case"});
        return {};
    }

    void note_signal()
    {
        signalfd_siginfo received{};
        if (::read(signals_.descriptor(), &received, sizeof received) != static_cast<ssize_t>(sizeof received))
            return;
        const auto number = static_cast<int>(received.ssi_signo);
        if (number == SIGINT || number == SIGTERM || number == SIGHUP)
            signal_ = number;
    }

    std::expected<void, RunError> give_file()
    {
        auto file = create_recording_file(options_.packets_file(files_ + 1));
        if (!file)
            return std::unexpected(file.error());
        ++files_;
        recorder_.give(*file);
        return {};
    }

    const LiveRunOptions& options_;
    const HeldSignals& signals_;
    RecordingProcess& recorder_;
    int signal_ = 0;
    unsigned files_ = 1;
    bool has_ended_ = false;
};

}  // namespace

std::expected<LiveRunResult, RunError> record_live(const LiveRunOptions& options)
{
    if (::geteuid() != 0)
        return std::unexpected(RunError{RunError::Kind::not_permitted,
                                        "capture needs root, for only root may see other users' sockets and packets; "
                                        "write sudo waybill capture …, or waybill run, which needs none"});
    const auto cgroup = open_cgroup(options);
    if (!cgroup)
        return std::unexpected(cgroup.error());
    auto packets = create_recording_file(options.packets_file(1));
    auto owners = create_recording_file(options.owners_file);
    if (!packets || !owners)
        return std::unexpected(packets ? owners.error() : packets.error());
    auto marks = open_marks(options.marks);
    if (!marks)
        return std::unexpected(marks.error());
    RecordingOptions recording;
    recording.owners = *std::move(owners);
    recording.packets = *std::move(packets);
    recording.mark_pipe = std::move(marks->pipe);
    recording.marks = std::move(marks->file);
    recording.section = options.section;
    recording.trimmer = options.trimmer;
    recording.arguments = options.arguments;
    recording.running = options.processes;
    if (options.processes.is_narrowed()) {
        const auto interface = index_of_only(options.interfaces);
        if (!interface)
            return std::unexpected(interface.error());
        recording.interface = *interface;
    } else {
        for (const std::string& name : options.interfaces)
            recording.interfaces.push_back(interface_options(name, options.filter));
    }
    recording.most_octets = options.most_octets;
    recording.longest = options.longest;
    recording.most_packets = options.most_packets;
    LiveRunResult result;
    result.signals = std::make_shared<const HeldSignals>();
    result.started = wall_clock();
    auto recorder = RecordingProcess::start(std::move(recording), cgroup->get());
    if (!recorder)
        return std::unexpected(RunError{RunError::Kind::not_permitted, recorder.error()});
    if (const auto ready = recorder->await_ready(); !ready)
        return std::unexpected(RunError{RunError::Kind::not_permitted, ready.error()});
    Attended attended{options, *result.signals, *recorder};
    const auto waited = attended.wait();
    if (!waited && waited.error().kind == RunError::Kind::internal)
        return std::unexpected(waited.error());
    result.recording = recorder->finish();
    result.ended = wall_clock();
    result.signal = attended.signal();
    result.files = attended.files();
    if (!waited && !result.recording.failure)
        result.recording.failure = waited.error().message;
    return result;
}

std::expected<fs::path, std::string> find_container(std::string_view id)
{
    const auto hierarchy = cgroup_hierarchy();
    if (!hierarchy)
        return std::unexpected(hierarchy.error());
    if (id.size() < least_id_digits)
        return std::unexpected(fmt::format("{}: a container's id has {} digits at least", id, least_id_digits));
    std::vector<fs::path> found;
    std::error_code problem;
    for (fs::recursive_directory_iterator folder{*hierarchy, fs::directory_options::skip_permission_denied, problem},
         end;
         folder != end && !problem; folder.increment(problem)) {
        if (!folder->is_directory(problem))
            continue;
        const std::string name = folder->path().filename().string();
        if (!container_of("/" + name).starts_with(id))
            continue;
        found.push_back(folder->path());
        folder.disable_recursion_pending();  // what a container makes below is its own
    }
    if (found.size() == 1)
        return found.front();
    return std::unexpected(fmt::format("{}: {} in the cgroups below {}", id,
                                       found.empty() ? "no running container has an id that begins so"
                                                     : "several running containers have an id that begins so",
                                       hierarchy->string()));
}

std::expected<fs::path, std::string> find_cgroup(const fs::path& named)
{
    const auto hierarchy = cgroup_hierarchy();
    if (!hierarchy)
        return std::unexpected(hierarchy.error());
    for (const fs::path& folder : {named, *hierarchy / named.relative_path()}) {
        std::error_code problem;
        if (fs::exists(folder / "cgroup.procs", problem))
            return folder;
    }
    return std::unexpected(
        fmt::format("{}: no cgroup v2 folder, neither as it stands nor below {}", named.string(), hierarchy->string()));
}

}  // namespace waybill
