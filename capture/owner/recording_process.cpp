#include "capture/owner/recording_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/capability.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include "capture/deferred/libraries.h"
#include "capture/loop.h"
#include "capture/network/namespaces.h"
#include "capture/network/preparation.h"
#include "capture/owner/owner_log.h"
#include "capture/owner/packet_log.h"
#include "capture/wall_clock.h"

namespace waybill {
namespace {

constexpr std::chrono::milliseconds flush_interval{50};  // what a sudden end may cost
constexpr std::chrono::milliseconds quiet{20};
constexpr std::chrono::seconds longest_draining{10};
constexpr std::size_t longest_answer = 16UL << 20U;
constexpr std::string_view word_ready = "ready\n";      // its first words: it watches,
constexpr std::string_view word_refused = "refused\n";  // or can't, and why

[[noreturn]] void refuse(int control, const std::string& why)
{
    contained::send_all(control, std::string{word_refused} + why);
    ::_exit(1);
}

/// From here on hostile packets, command lines and manifests are read: what is left is to look at the processes and
/// files of others.
std::error_code give_up_privileges()
{
    UserIdentity other;
    other.uid = other.gid = contained::nobody;
    if (const auto failed = become(other))
        return failed;
    if (const auto failed = restrict_capabilities({CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH}))
        return failed;
    return forbid_new_privileges();
}

class Recording {
public:
    Recording(RecordingOptions& options, int control, Loop& loop, KernelOwners kernel, std::optional<PacketLog> packets)
        : control_{control},
          loop_{loop},
          kernel_{std::move(kernel)},
          packets_{std::move(packets)},
          owners_{std::move(options.owners), text(OwnerSource::kernel), kernel_.clock(), options.arguments}
    {
    }

    std::error_code watch()
    {
        if (const auto failed = loop_.watch(kernel_.descriptor(), [this] { read(); }))
            return failed;
        return loop_.watch(control_, [this] { hear(); });
    }

    OwnerRecording run()
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
        OwnerRecording recording;
        recording.losses = kernel_.losses();
        if (packets_)
            recording.interfaces = packets_->finish(recording.losses, wall_clock());
        owners_.finish();
        recording.failure = failure_ ? failure_ : owners_.failure();
        if (!recording.failure && packets_)
            recording.failure = packets_->failure();
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
                                            if (packets_)
                                                packets_->add(packet);
                                        }});
        if (!done && !failure_)
            failure_ = done.error();
    }

    void flush()
    {
        read();
        if (packets_)
            packets_->flush();
        owners_.flush();
    }

    /// The caller says nothing but that it is over.
    void hear()
    {
        std::array<char, 16> word{};
        const ssize_t count = ::recv(control_, word.data(), word.size(), MSG_DONTWAIT);
        is_over_ = count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
    }

    /// Until nothing has come for a while.
    void drain()
    {
        const auto start = std::chrono::steady_clock::now();
        last_ = start;
        loop_.forget(control_);
        for (auto now = start; now - last_ < quiet && now - start < longest_draining;
             now = std::chrono::steady_clock::now()) {
            read();
            loop_.run_once(std::chrono::milliseconds{5});
        }
    }

    int control_;
    Loop& loop_;
    KernelOwners kernel_;
    std::optional<PacketLog> packets_;
    OwnerLog owners_;
    std::chrono::steady_clock::time_point last_;
    std::optional<std::string> failure_;
    bool is_over_ = false;
};

/// The packets' file; nothing where packets are not wanted.
std::optional<PacketLog> open_packets(RecordingOptions& options, int control)
{
    if (!options.packets)
        return std::nullopt;
    auto packets = PacketLog::create(std::move(options.packets), options.section, options.trimmer);
    if (!packets)
        refuse(control, packets.error().message);
    return *std::move(packets);
}

/// The life of the process, from the fork to its exit.
[[noreturn]] void record(RecordingOptions& options, const Cgroup& cgroup, int control) noexcept
{
    auto loop = Loop::create();
    if (!loop)
        refuse(control, "the recorder has no poll loop: " + loop.error().message());
    KernelOwnersOptions watched;
    watched.cgroup = cgroup.descriptor();
    watched.snaplen = options.packets ? KernelOwners::most_snaplen : 0;
    auto kernel = KernelOwners::open(watched);
    if (!kernel)
        refuse(control, kernel.error());
    auto packets = open_packets(options, control);
    if (const auto failed = give_up_privileges())
        refuse(control, "the recorder cannot drop its privileges: " + failed.message());
    const FileDescriptor nothing{::open("/dev/null", O_RDWR | O_CLOEXEC)};
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO})  // the command's, not ours: their other ends see it end
        ::dup2(nothing.get(), standard);
    Recording recording{options, control, *loop, *std::move(kernel), std::move(packets)};
    if (const auto failed = recording.watch())
        refuse(control, "the recorder cannot wait for packets: " + failed.message());
    contained::send_all(control, word_ready);
    contained::send_all(control, write_recording(recording.run()));
    ::_exit(0);
}

/// What the process at the other end says until it ends.
std::string read_to_end(int control)
{
    std::string text;
    std::array<char, 65536> buffer{};
    while (text.size() < longest_answer) {
        const ssize_t count = ::recv(control, buffer.data(), buffer.size(), 0);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return text;
}

/// Why it does not watch; nothing when it does.
std::optional<std::string> await_ready(int control)
{
    std::string word(word_ready.size(), '\0');
    const ssize_t count = ::recv(control, word.data(), word.size(), MSG_WAITALL);
    if (count == static_cast<ssize_t>(word.size()) && word == word_ready)
        return std::nullopt;
    word.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    word += read_to_end(control);
    if (word.starts_with(word_refused))
        return word.substr(word_refused.size());
    return "the recorder ended before it began";
}

}  // namespace

std::expected<RecordingProcess, std::string> RecordingProcess::start(RecordingOptions options, const Cgroup& cgroup)
{
    if (const auto loaded = libbpf().load(); !loaded)  // inside, nobody could be told that it is not there
        return std::unexpected(loaded.error());
    auto control = contained::make_control();
    if (!control)
        return std::unexpected(control.error().message);
    const pid_t process = ::fork();
    if (process < 0)
        return std::unexpected("fork: " + std::error_code{errno, std::system_category()}.message());
    if (process == 0) {
        control->caller.reset();
        record(options, cgroup, control->other.get());
    }
    control->other.reset();
    RecordingProcess started{ChildProcess{process}, std::move(control->caller)};
    if (auto why = await_ready(started.control_.get()))
        return std::unexpected(*std::move(why));
    return started;
}

OwnerRecording RecordingProcess::finish()
{
    ::shutdown(control_.get(), SHUT_WR);
    auto recording = read_recording(read_to_end(control_.get()));
    if (recording)
        return *std::move(recording);
    OwnerRecording nothing;
    nothing.failure = recording.error();
    return nothing;
}

}  // namespace waybill
