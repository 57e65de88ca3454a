#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/file_descriptor.h"
#include "capture/live.h"
#include "capture/loop.h"
#include "capture/pcapng_writer.h"
#include "model/packet.h"
#include "model/traffic.h"

namespace waybill {

/// What a recording keeps of one packet.
struct TrimResult {
    std::size_t kept_octets = 0;  ///< from the front; more than there are means all
    std::string comment;          ///< pcapng opt_comment; empty for none
};

/// Decides for each packet, in capture order, how much of it is recorded.
using Trimmer = std::function<TrimResult(const Packet&)>;

/// One interface's part of a recording.
struct RecordedInterface {
    std::string name;
    LiveStatistics statistics;                  ///< what the kernel says; `dropped` is lost for ever
    std::uint64_t written = 0;                  ///< packets in the file
    std::uint64_t shortened = 0;                ///< of these, not whole because of the snap length
    std::optional<KernelCounter> counter = {};  ///< the interface's own, where it is known
    std::uint64_t unwritten = 0;                ///< packets that were captured and could not be written

    friend bool operator==(const RecordedInterface&, const RecordedInterface&) = default;
};

/// Writes what live interfaces capture into one pcapng file, in the order of time: packets are held for a moment, since
/// the kernel hands them over in batches, interface by interface.
class Recorder {
public:
    /// `file` is empty and open for writing; `section` is what it tells of its making.
    static std::expected<Recorder, CaptureError> create(FileDescriptor file, const PcapngSection& section,
                                                        Trimmer trimmer);

    /// Adds an interface; all of them before attach().
    std::expected<void, CaptureError> add(LiveCapture interface);

    /// Reads whenever packets wait. The recorder stays where it is, and outlives the loop's turns, from here on.
    std::error_code attach(Loop& loop);

    /// What interfaces count themselves is compared from here on, or from where each was opened.
    void begin_counting();

    /// Hands what is written so far to the operating system, so that a second reader sees it.
    void flush();

    /// Whether packets wait for that.
    bool has_unflushed() const { return !held_.empty() || writer_.has_unflushed(); }

    /// Octets of the file so far.
    std::uint64_t octets() const { return writer_.octets(); }

    /// Ends the file, with what the interfaces saw until now, and goes on in another that is empty and open for
    /// writing.
    void continue_in(FileDescriptor file);

    /// Packets written, into all files.
    std::uint64_t written() const;

    /// Reads on until the interfaces give nothing for a while, or what is of later, so that no packet stays in the
    /// kernel; where that takes too long, failure() says so. Writes the statistics and closes the file. `loop` is
    /// served meanwhile.
    std::vector<RecordedInterface> finish(Loop& loop);

    /// Why writing failed, or the capture of all interfaces, once it has: nothing is written from then on. After
    /// finish() also why one interface was captured no more, while others were.
    const std::optional<std::string>& failure() const { return failure_; }

private:
    struct Interface {
        LiveCapture live;
        PcapngInterfaceId id{};
        RecordedInterface recorded;
        Timestamp latest{};        ///< of its packets
        std::string failure = {};  ///< why it is captured no more; empty: it is
    };

    Recorder(PcapngWriter writer, PcapngSection section, Trimmer trimmer)
        : writer_{std::move(writer)}, section_{std::move(section)}, trimmer_{std::move(trimmer)}
    {
    }
    /// A packet that waits for earlier ones of other interfaces; its octets and comment are in held_octets_.
    struct Held {
        Timestamp time;
        std::size_t interface = 0;
        std::size_t start = 0;
        std::size_t kept_octets = 0;
        std::size_t comment_octets = 0;
        std::uint32_t captured_length = 0;
        std::uint32_t wire_length = 0;
    };

    bool read(std::size_t interface);
    void give_up(Interface& interface, std::string why);
    Timestamp look_at_clock();
    bool read_all();
    bool holds_packets() const;
    using Clock = std::chrono::steady_clock;
    enum class Counting : std::uint8_t { goes_on, is_over };
    void settle();
    bool read_up_to_now(Loop& loop, Clock::time_point deadline, Counting counting);
    void drain(Loop& loop);
    void await_counters(Loop& loop);
    void hold(std::size_t interface, const Packet& packet);
    void put_in_order(std::vector<Held>::iterator added);
    void release(Timestamp until);
    void release_old();
    void write(const Held& held);
    void write_statistics(Interface& interface);
    void check(const std::expected<void, CaptureError>& written);

    PcapngWriter writer_;
    PcapngSection section_;
    Trimmer trimmer_;
    std::vector<Interface> interfaces_;
    std::vector<Held> held_;       // in the order of time
    std::ptrdiff_t released_ = 0;  // of these, at the beginning, that are written already
    std::vector<std::byte> held_octets_;
    std::optional<Timestamp> first_;  ///< when the first interface was added
    std::optional<std::string> failure_;
    Timestamp last_look_{};    // at the clock
    bool is_drained_ = false;  // what waits unread came after the end
};

}  // namespace waybill
