#include "capture/host/host_recorder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/capability.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <nlohmann/json.hpp>

#include "capture/host/packet_log.h"
#include "capture/loop.h"
#include "capture/network/namespaces.h"
#include "capture/network/preparation.h"
#include "capture/owner/owner_log.h"

namespace waybill::host {
namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds flush_interval{50};  // what a sudden end may cost
constexpr std::chrono::milliseconds quiet{20};
constexpr std::chrono::seconds longest_draining{10};

Timestamp wall_clock()
{
    return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
}

[[noreturn]] void refuse(int control, const std::string& why)
{
    sinkhole::send_all(control, "refused\n" + why);
    ::_exit(1);
}

/// From here on hostile packets, command lines and manifests are read: what is left is to look at the processes and
/// files of others.
std::error_code give_up_privileges()
{
    UserIdentity other;
    other.uid = other.gid = sinkhole::nobody;
    if (const auto failed = become(other))
        return failed;
    if (const auto failed = restrict_capabilities({CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH}))
        return failed;
    return forbid_new_privileges();
}

class Recording {
public:
    Recording(RecorderPlan& plan, Loop& loop, KernelOwners kernel, PacketLog packets)
        : plan_{plan},
          loop_{loop},
          kernel_{std::move(kernel)},
          packets_{std::move(packets)},
          owners_{std::move(plan.owners), "kernel", kernel_.clock(), plan.options.arguments}
    {
    }

    std::error_code watch()
    {
        if (const auto failed = loop_.watch(kernel_.descriptor(), [this] { read(); }))
            return failed;
        return loop_.watch(plan_.control.get(), [this] { hear(); });
    }

    HostRecording run()
    {
        using Clock = std::chrono::steady_clock;
        auto next_flush = Clock::now();
        while (!is_over_) {  // ends with the caller's word, or its end
            loop_.run_once(flush_interval);
            if (Clock::now() < next_flush)
                continue;
            next_flush = Clock::now() + flush_interval;
            flush();
        }
        drain();
        HostRecording recording;
        recording.losses = kernel_.losses();
        recording.interfaces = packets_.finish(recording.losses, wall_clock());
        owners_.finish();
        recording.failure = failure_ ? failure_ : packets_.failure() ? packets_.failure() : owners_.failure();
        recording.refused = kernel_.refused();
        recording.processes = owners_.processes();
        recording.sockets = owners_.sockets();
        return recording;
    }

private:
    void read()
    {
        const auto done = kernel_.read({[this](const OwnerEvent& event) {
                                            last_ = std::chrono::steady_clock::now();
                                            owners_.add(event);
                                        },
                                        [this](const KernelPacket& packet) {
                                            last_ = std::chrono::steady_clock::now();
                                            packets_.add(packet);
                                        }});
        if (!done && !failure_)
            failure_ = done.error();
    }

    void flush()
    {
        read();
        packets_.flush();
        owners_.flush();
    }

    /// The caller says nothing but that it is over.
    void hear()
    {
        std::array<char, 16> word{};
        const ssize_t count = ::recv(plan_.control.get(), word.data(), word.size(), MSG_DONTWAIT);
        is_over_ = count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
    }

    /// Until nothing has come for a while.
    void drain()
    {
        const auto start = std::chrono::steady_clock::now();
        last_ = start;
        loop_.forget(plan_.control.get());
        for (auto now = start; now - last_ < quiet && now - start < longest_draining;
             now = std::chrono::steady_clock::now()) {
            read();
            loop_.run_once(std::chrono::milliseconds{5});
        }
    }

    RecorderPlan& plan_;
    Loop& loop_;
    KernelOwners kernel_;
    PacketLog packets_;
    OwnerLog owners_;
    std::chrono::steady_clock::time_point last_;
    std::optional<std::string> failure_;
    bool is_over_ = false;
};

json write_interface(const RecordedInterface& interface)
{
    return {interface.name, interface.statistics.received, interface.statistics.dropped, interface.written,
            interface.shortened};
}

RecordedInterface read_interface(const json& array)
{
    RecordedInterface interface;
    interface.name = array.at(0);
    interface.statistics.received = array.at(1);
    interface.statistics.dropped = array.at(2);
    interface.written = array.at(3);
    interface.shortened = array.at(4);
    return interface;
}

HostRecording recording_from(const json& object)
{
    HostRecording recording;
    for (const json& interface : object.at("interfaces"))
        recording.interfaces.push_back(read_interface(interface));
    if (const json& failure = object.at("failure"); !failure.is_null())
        recording.failure = failure.get<std::string>();
    const json& losses = object.at("losses");
    recording.losses = {losses.at(0), losses.at(1), losses.at(2)};
    for (const json& hook : object.at("refused"))
        recording.refused.push_back({hook.at(0), hook.at(1)});
    recording.processes = object.at("processes");
    recording.sockets = object.at("sockets");
    return recording;
}

}  // namespace

void record(RecorderPlan plan) noexcept
{
    const int control = plan.control.get();
    auto loop = Loop::create();
    if (!loop)
        refuse(control, "the recorder has no poll loop: " + loop.error().message());
    KernelOwnersOptions watched;
    watched.cgroup = plan.cgroup.descriptor();
    watched.snaplen = KernelOwners::most_snaplen;
    auto kernel = KernelOwners::open(watched);
    if (!kernel)
        refuse(control, kernel.error());
    auto packets = PacketLog::create(std::move(plan.packets), plan.options.section, plan.options.trimmer);
    if (!packets)
        refuse(control, packets.error().message);
    if (const auto failed = give_up_privileges())
        refuse(control, "the recorder cannot drop its privileges: " + failed.message());
    const FileDescriptor nothing{::open("/dev/null", O_RDWR | O_CLOEXEC)};
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO})  // the command's, not ours: their other ends see it end
        ::dup2(nothing.get(), standard);
    Recording recording{plan, *loop, *std::move(kernel), *std::move(packets)};
    if (const auto failed = recording.watch())
        refuse(control, "the recorder cannot wait for packets: " + failed.message());
    sinkhole::send_all(control, ready);
    sinkhole::send_all(control, write_recording(recording.run()));
    ::_exit(0);
}

std::string write_recording(const HostRecording& recording)
{
    json interfaces = json::array();
    for (const RecordedInterface& interface : recording.interfaces)
        interfaces.push_back(write_interface(interface));
    json refused = json::array();
    for (const RefusedHook& hook : recording.refused)
        refused.push_back({hook.name, hook.reason});
    json object{{"interfaces", std::move(interfaces)},
                {"failure", nullptr},
                {"losses", {recording.losses.events, recording.losses.packets, recording.losses.packet_octets}},
                {"refused", std::move(refused)},
                {"processes", recording.processes},
                {"sockets", recording.sockets}};
    if (recording.failure)
        object["failure"] = *recording.failure;
    return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::expected<HostRecording, std::string> read_recording(std::string_view text)
{
    try {
        return recording_from(json::parse(text));
    } catch (const json::exception&) {
        return std::unexpected(std::string{"the recorder ended without a word; the recording is not whole"});
    }
}

}  // namespace waybill::host
