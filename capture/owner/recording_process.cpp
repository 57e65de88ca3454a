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

#include "capture/call_allowance.h"
#include "capture/deferred/libraries.h"
#include "capture/loop.h"
#include "capture/mark/mark_intake.h"
#include "capture/network/namespaces.h"
#include "capture/network/preparation.h"
#include "capture/owner/owner_log.h"
#include "capture/owner/packet_log.h"
#include "capture/privileges.h"
#include "capture/wall_clock.h"

namespace waybill {
namespace {

constexpr std::chrono::milliseconds busy_interval{20};  // between two flushes: what a sudden end may cost
constexpr std::chrono::milliseconds idle_interval{50};
constexpr std::chrono::milliseconds quiet{10};
constexpr std::chrono::seconds longest_draining{10};
constexpr std::size_t longest_answer = 16UL << 20U;
constexpr std::string_view word_ready = "ready\n";  // its first words: it watches,
constexpr std::string_view word_file = "f";  // later: it wants another file, before the text of its end, which is JSON
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
    if (const auto failed = forbid_new_privileges())
        return failed;
    return keep_calls(Allowance::recorder);
}

/// Where packets go.
struct PacketFiles {
    std::optional<PacketLog> of_sockets;
    std::optional<Recorder> of_interfaces;
};

class Recording {
public:
    Recording(RecordingOptions& options, int control, Loop& loop, KernelOwners kernel, PacketFiles packets)
        : control_{control},
          loop_{loop},
          options_{options},
          kernel_{std::move(kernel)},
          packets_{std::move(packets.of_sockets)},
          recorder_{std::move(packets.of_interfaces)},
          owners_{std::move(options.owners), text(OwnerSource::kernel), kernel_.clock(), options.arguments,
                  options.interfaces.empty() ? 0 : read_network_namespace("self")}
    {
        if (options.mark_pipe)
            marks_.emplace(std::move(options.mark_pipe), std::move(options.marks));
    }

    std::error_code watch()
    {
        for (const int descriptor : kernel_.descriptors())
            if (const auto failed = loop_.watch(descriptor, [this] { read(); }))
                return failed;
        if (recorder_)
            if (const auto failed = recorder_->attach(loop_))
                return failed;
        if (marks_)
            if (const auto failed = marks_->attach(loop_))
                return failed;
        return loop_.watch(control_, [this] { hear(); });
    }

    OwnerRecording run()
    {
        using Clock = std::chrono::steady_clock;
        auto next_flush = Clock::now();
        while (!is_over_) {  // ends with the caller's word, or its end
            loop_.run_once(has_unflushed() ? busy_interval : idle_interval);
            if (Clock::now() < next_flush)
                continue;
            next_flush = Clock::now() + busy_interval;
            flush();
        }
        drain();
        OwnerRecording recording;
        if (marks_) {
            marks_->finish(loop_);
            recording.refused_marks = marks_->refused();
        }
        const bool is_narrowed = options_.interface != 0 || (options_.running && options_.running->is_narrowed());
        if (packets_ && !is_narrowed)  // the kernel counts the packets of all sockets there
            recording.counter = count_sockets();
        recording.losses = kernel_.losses();
        if (packets_)
            recording.interfaces = packets_->finish(recording.losses, wall_clock());
        if (recorder_)
            recording.interfaces = recorder_->finish(loop_);
        owners_.finish();
        recording.failure = failure_ ? failure_ : owners_.failure();
        if (!recording.failure && packets_)
            recording.failure = packets_->failure();
        if (!recording.failure && recorder_)
            recording.failure = recorder_->failure();
        if (!recording.failure && marks_)
            recording.failure = marks_->failure();
        recording.refused = kernel_.refused();
        recording.left = owners_.departures();
        recording.processes = owners_.processes();
        recording.sockets = owners_.sockets();
        return recording;
    }

private:
    void read()
    {
        const auto done = kernel_.read({[this](const OwnerEvent& event) {
                                            note(event.at);
                                            owners_.add(event);
                                        },
                                        [this](const KernelPacket& packet) {
                                            note(packet.packet.time);
                                            if (packets_)
                                                packets_->add(packet);
                                        }});
        if (!done && !failure_)
            failure_ = done.error();
    }

    /// Something came that is of then.
    void note(Timestamp then)
    {
        last_ = std::chrono::steady_clock::now();
        latest_ = std::max(latest_, then);
    }

    bool has_unflushed() const
    {
        return (packets_ && packets_->has_unflushed()) || (recorder_ && recorder_->has_unflushed());
    }

    void flush()
    {
        read();
        if (packets_)
            packets_->flush();
        if (recorder_)
            tend_recorder();
        owners_.flush();
        // Where no command goes on, nothing is worth more than to say so at once.
        is_over_ |= options_.running &&
                    ((packets_ && packets_->failure()) || (recorder_ && recorder_->failure()) || owners_.failure());
    }

    /// Another file when the present one is full or old, and an end when there is enough.
    void tend_recorder()
    {
        recorder_->flush();
        is_over_ |= options_.most_packets != 0 && recorder_->written() >= options_.most_packets;
        const auto age = std::chrono::steady_clock::now() - file_began_;
        const bool is_full = options_.most_octets != 0 && recorder_->octets() >= options_.most_octets;
        const bool is_old = options_.longest.count() != 0 && age >= options_.longest;
        if ((is_full || is_old) && !wants_file_) {
            wants_file_ = true;
            contained::send_all(control_, word_file);
        }
    }

    /// The caller says that it is over, or gives a file that was asked for.
    void hear()
    {
        auto heard = contained::receive_descriptor(control_);
        is_over_ |= heard.is_over;
        if (!heard.descriptor || !recorder_)
            return;
        recorder_->continue_in(std::move(heard.descriptor));
        file_began_ = std::chrono::steady_clock::now();
        wants_file_ = false;
    }

    /// Until nothing has come for a while, or something of later: the kernel's events come in their order, but for
    /// those of other processors that were about to be told.
    void drain()
    {
        const auto start = std::chrono::steady_clock::now();
        read();  // from here on the events' clock is that of now, also where somebody set it before
        const Timestamp end = kernel_.now() + quiet;
        latest_ = {};
        last_ = start;
        loop_.forget(control_);
        for (auto now = start; now - last_ < quiet && latest_ <= end && now - start < longest_draining;
             now = std::chrono::steady_clock::now()) {
            read();
            loop_.run_once(std::chrono::milliseconds{5});
        }
    }

    /// What the kernel counted of the cgroup's packets, read when all of them have been read, if they ever have.
    KernelCounter count_sockets()
    {
        constexpr int most_tries = 20;
        KernelOwners::BothWays before = kernel_.traffic();
        KernelOwners::BothWays now = before;
        for (int tries = 0; tries < most_tries; ++tries) {
            before = kernel_.traffic();
            read();
            now = kernel_.traffic();
            if (now == before)
                break;
        }
        const KernelLosses losses = kernel_.losses();
        const Traffic uncertain{now.out.packets - before.out.packets + now.in.packets - before.in.packets,
                                now.out.ip_bytes - before.out.ip_bytes + now.in.ip_bytes - before.in.ip_bytes};
        return {"cgroup", now.out, now.in, packets_->recorded_once(), {losses.packets, losses.packet_octets},
                uncertain};
    }

    int control_;
    Loop& loop_;
    const RecordingOptions& options_;
    KernelOwners kernel_;
    std::optional<PacketLog> packets_;
    std::optional<Recorder> recorder_;
    OwnerLog owners_;
    std::optional<MarkIntake> marks_;
    std::chrono::steady_clock::time_point last_;  // when something came
    Timestamp latest_{};                          // of what came
    std::optional<std::string> failure_;
    std::chrono::steady_clock::time_point file_began_ = std::chrono::steady_clock::now();
    bool wants_file_ = false;
    bool is_over_ = false;
};

/// The packets' file; nothing where packets are not wanted.
PacketFiles open_packets(RecordingOptions& options, int control)
{
    PacketFiles files;
    if (!options.packets)
        return files;
    if (options.interfaces.empty()) {
        auto packets = PacketLog::create(std::move(options.packets), options.section, options.trimmer);
        if (!packets)
            refuse(control, packets.error().message);
        files.of_sockets.emplace(*std::move(packets));
        return files;
    }
    auto recorder = Recorder::create(std::move(options.packets), options.section, options.trimmer);
    if (!recorder)
        refuse(control, recorder.error().message);
    for (const LiveOptions& interface : options.interfaces) {
        auto live = LiveCapture::open(interface);
        if (!live)
            refuse(control, live.error());
        if (const auto added = recorder->add(*std::move(live)); !added)
            refuse(control, added.error().message);
    }
    files.of_interfaces.emplace(*std::move(recorder));
    return files;
}

/// The life of the process, from the fork to its exit.
[[noreturn]] void record(RecordingOptions& options, int cgroup, int control) noexcept
{
    auto loop = Loop::create();
    if (!loop)
        refuse(control, "the recorder has no poll loop: " + loop.error().message());
    KernelOwnersOptions watched;
    watched.cgroup = cgroup;
    watched.running = options.running;
    watched.interface = options.interface;
    watched.snaplen = options.packets && options.interfaces.empty() ? KernelOwners::most_snaplen : 0;
    if (watched.snaplen == 0)  // libpcap's packets have UTC's times
        watched.times = KernelOwnersOptions::Times::as_utc_goes;
    auto kernel = KernelOwners::open(watched);
    if (!kernel)
        refuse(control, kernel.error());
    auto packets = open_packets(options, control);
    const FileDescriptor nothing{::open("/dev/null", O_RDWR | O_CLOEXEC)};
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO})  // the command's, not ours: their other ends see it end
        ::dup2(nothing.get(), standard);
    Recording recording{options, control, *loop, *std::move(kernel), std::move(packets)};
    if (const auto failed = recording.watch())
        refuse(control, "the recorder cannot wait for packets: " + failed.message());
    if (const auto failed = give_up_privileges())
        refuse(control, "the recorder cannot drop its privileges: " + failed.message());
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

}  // namespace

std::expected<RecordingProcess, std::string> RecordingProcess::start(RecordingOptions options, int cgroup)
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
    return RecordingProcess{ChildProcess{process}, std::move(control->caller)};
}

std::expected<void, std::string> RecordingProcess::await_ready()
{
    std::string word(word_ready.size(), '\0');
    const ssize_t count = ::recv(control_.get(), word.data(), word.size(), MSG_WAITALL);
    if (count == static_cast<ssize_t>(word.size()) && word == word_ready)
        return {};
    word.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    word += read_to_end(control_.get());
    if (word.starts_with(word_refused))
        return std::unexpected(word.substr(word_refused.size()));
    return std::unexpected("the recorder ended before it began");
}

RecordingProcess::Word RecordingProcess::listen()
{
    char first = 0;
    const ssize_t count = ::recv(control_.get(), &first, 1, MSG_PEEK | MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return Word::nothing;
    if (count != 1)
        return Word::died;
    if (first != word_file.front())
        return Word::ended;
    ::recv(control_.get(), &first, 1, 0);
    return Word::wants_file;
}

void RecordingProcess::give(const FileDescriptor& file)
{
    contained::send_descriptor(control_.get(), file);
}

OwnerRecording RecordingProcess::finish()
{
    ::shutdown(control_.get(), SHUT_WR);
    std::string text = read_to_end(control_.get());
    text.erase(0, text.find_first_not_of(word_file));  // a wish that comes too late
    auto recording = read_recording(text);
    if (recording)
        return *std::move(recording);
    OwnerRecording nothing;
    nothing.failure = recording.error();
    return nothing;
}

}  // namespace waybill
