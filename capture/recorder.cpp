#include "capture/recorder.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "capture/wall_clock.h"

namespace waybill {
namespace {

// Longer than the kernel holds packets back (live.cpp); the loop below ends by the first bound or the second.
constexpr std::chrono::milliseconds quiet{60};
constexpr std::chrono::milliseconds short_quiet{5};    // where the kernel counts no packet that was not read
constexpr std::chrono::seconds longest_draining{120};  // of a recorder that is far behind

// A packet waits so long for earlier ones of another interface: the hold time and some turns of the loop.
constexpr std::chrono::milliseconds held_back{60};
constexpr std::chrono::milliseconds held_back_alone{5};  // one interface's come in order but for those of a moment
constexpr std::size_t most_held_octets = std::size_t{64} * 1024 * 1024;

PcapngInterface description_of(const LiveCapture& live)
{
    return {live.link_type(), static_cast<std::uint32_t>(live.snaplen()), live.interface_name()};
}

}  // namespace

std::expected<Recorder, CaptureError> Recorder::create(FileDescriptor file, const PcapngSection& section,
                                                       Trimmer trimmer)
{
    auto writer = PcapngWriter::create(std::move(file), section);
    if (!writer)
        return std::unexpected(writer.error());
    return Recorder{*std::move(writer), section, std::move(trimmer)};
}

std::expected<void, CaptureError> Recorder::add(LiveCapture interface)
{
    const auto id = writer_.add_interface(description_of(interface));
    if (!id)
        return std::unexpected(id.error());
    if (!first_)
        first_ = wall_clock();
    RecordedInterface recorded;
    recorded.name = interface.interface_name();
    interfaces_.push_back({std::move(interface), *id, std::move(recorded)});
    return {};
}

std::error_code Recorder::attach(Loop& loop)
{
    for (std::size_t i = 0; i < interfaces_.size(); ++i) {
        const auto read_it = [this, i, &loop] {
            read(i);
            if (!interfaces_[i].failure.empty())
                loop.forget(interfaces_[i].live.descriptor());
        };
        if (const auto failed = loop.watch(interfaces_[i].live.descriptor(), read_it))
            return failed;
    }
    return {};
}

void Recorder::begin_counting()
{
    for (Interface& interface : interfaces_)
        interface.live.begin_counting();
}

/// The time. Where the clock was set back since the last look, what is held would wait for that time to come again, and
/// what comes now is of earlier: all of it is written as it stands.
Timestamp Recorder::look_at_clock()
{
    const Timestamp now = wall_clock();
    if (now < last_look_) {
        release(Timestamp::max());
        for (Interface& interface : interfaces_)
            interface.latest = {};
    }
    last_look_ = now;
    return now;
}

/// An interface that has gone ends the capture of the others no earlier.
void Recorder::give_up(Interface& interface, std::string why)
{
    if (interface.failure.empty())
        interface.failure = std::move(why);
    if (!failure_ && std::ranges::all_of(interfaces_, [](const Interface& each) { return !each.failure.empty(); }))
        failure_ = interface.failure;
}

/// Whether there was anything to read.
bool Recorder::read(std::size_t interface)
{
    if (!interfaces_[interface].failure.empty())
        return false;
    const auto held = static_cast<std::ptrdiff_t>(held_.size());
    const auto count = interfaces_[interface].live.read([&](const Packet& packet) { hold(interface, packet); });
    put_in_order(held_.begin() + held);
    if (!count)
        give_up(interfaces_[interface], count.error());
    release_old();
    return count && *count > 0;
}

void Recorder::hold(std::size_t interface, const Packet& packet)
{
    interfaces_[interface].latest = std::max(interfaces_[interface].latest, packet.time);
    if (failure_) {
        ++interfaces_[interface].recorded.unwritten;
        return;
    }
    const TrimResult trimmed = trimmer_ ? trimmer_(packet) : TrimResult{packet.octets.size(), {}};
    const Bytes kept = packet.octets.first(std::min(trimmed.kept_octets, packet.octets.size()));
    const Bytes comment = as_octets(trimmed.comment);
    held_.push_back({packet.time, interface, held_octets_.size(), kept.size(), comment.size(),
                     static_cast<std::uint32_t>(packet.octets.size()), packet.wire_length});
    held_octets_.insert(held_octets_.end(), kept.begin(), kept.end());
    held_octets_.insert(held_octets_.end(), comment.begin(), comment.end());
}

/// What was held before is in order, and what has come of one interface is nearly always.
void Recorder::put_in_order(std::vector<Held>::iterator added)
{
    if (!std::ranges::is_sorted(added, held_.end(), {}, &Held::time))
        std::ranges::stable_sort(added, held_.end(), {}, &Held::time);
    const auto first = held_.begin() + released_;
    if (added != first && added != held_.end() && added->time < std::prev(added)->time)
        std::inplace_merge(first, added, held_.end(),
                           [](const Held& one, const Held& other) { return one.time < other.time; });
}

/// Writes what was captured until then, in order; the octets are given up when nothing is held any more.
void Recorder::release(Timestamp until)
{
    const auto first = held_.begin() + released_;
    const auto end = std::ranges::upper_bound(first, held_.end(), until, {}, &Held::time);
    for (auto held = first; held != end; ++held)
        write(*held);
    released_ = end - held_.begin();
    if (end == held_.end()) {
        held_.clear();
        held_octets_.clear();
        released_ = 0;
    } else if (2 * static_cast<std::size_t>(released_) > held_.size()) {  // moved seldom, for many may be held
        held_.erase(held_.begin(), end);
        released_ = 0;
    }
}

void Recorder::write(const Held& held)
{
    Interface& interface = interfaces_[held.interface];
    if (failure_) {
        ++interface.recorded.unwritten;
        return;
    }
    const Bytes octets = Bytes{held_octets_}.subspan(held.start, held.kept_octets + held.comment_octets);
    Packet packet;
    packet.time = held.time;
    packet.octets = octets.first(held.kept_octets);
    packet.comment = as_text(octets.subspan(held.kept_octets));
    packet.wire_length = held.wire_length;
    packet.link_type = interface.live.link_type();
    check(writer_.write_packet(interface.id, packet));
    if (failure_ && !writer_.has_failed()) {  // for a value that has no form in the file
        ++interface.recorded.unwritten;
        return;
    }
    ++interface.recorded.written;
    if (held.captured_length < held.wire_length)
        ++interface.recorded.shortened;
}

/// Writes what no earlier packet can come for any more.
void Recorder::release_old()
{
    const Timestamp now = look_at_clock();
    if (held_octets_.size() >= most_held_octets)
        release(Timestamp::max());
    else
        release(now - (interfaces_.size() == 1 ? held_back_alone : held_back));
}

void Recorder::flush()
{
    release_old();
    check(writer_.flush());
}

void Recorder::check(const std::expected<void, CaptureError>& written)
{
    if (!written && !failure_)
        failure_ = written.error().message;
}

void Recorder::write_statistics(Interface& interface)
{
    interface.recorded.statistics = is_drained_ ? interface.live.statistics_of_read() : interface.live.statistics();
    const auto& statistics = interface.recorded.statistics;
    const Timestamp now = wall_clock();
    check(writer_.write_statistics(
        interface.id, {now, first_, now, statistics.received, statistics.interface_dropped, statistics.dropped}));
}

std::uint64_t Recorder::written() const
{
    std::uint64_t packets = 0;
    for (const Interface& interface : interfaces_)
        packets += interface.recorded.written;
    return packets;
}

void Recorder::continue_in(FileDescriptor file)
{
    if (failure_)
        return;
    for (Interface& interface : interfaces_)
        write_statistics(interface);
    check(writer_.flush());
    auto writer = PcapngWriter::create(std::move(file), section_);
    if (!writer) {
        failure_ = writer.error().message;
        return;
    }
    writer_ = *std::move(writer);
    for (Interface& interface : interfaces_)
        if (const auto id = writer_.add_interface(description_of(interface.live)))
            interface.id = *id;
}

/// Whether there was anything to read.
bool Recorder::read_all()
{
    bool has_read = false;
    for (std::size_t i = 0; i < interfaces_.size(); ++i)
        has_read |= read(i);
    return has_read;
}

/// Whether the kernel has any that were not read, or cannot say.
bool Recorder::holds_packets() const
{
    return std::ranges::any_of(interfaces_, [](const Interface& each) { return each.live.holds_packets(); });
}

void Recorder::settle()
{
    for (Interface& interface : interfaces_)
        interface.live.settle();
}

/// Reads on until nothing comes for a while, or of every interface what is later than now. False when that takes longer
/// than until `deadline`. What interfaces count is read whenever something came, where that is wanted.
bool Recorder::read_up_to_now(Loop& loop, Clock::time_point deadline, Counting counting)
{
    const Timestamp now = look_at_clock();
    auto last_packet = Clock::now();
    bool is_over = false;
    while (!is_over && Clock::now() < deadline) {
        const auto before = Clock::now();  // this process may lose the processor at any place, and with it much time
        const bool has_read = read_all();
        if (has_read) {
            last_packet = Clock::now();
            if (counting == Counting::goes_on)
                settle();
        } else {
            loop.run_once(std::chrono::milliseconds{2});
        }
        const auto waited = before - last_packet;
        is_over = (!has_read && (waited >= quiet || (waited >= short_quiet && !holds_packets()))) ||
                  std::ranges::all_of(
                      interfaces_, [now](const Interface& each) { return each.latest > now || !each.failure.empty(); });
    }
    return is_over;
}

/// By the end all that the interfaces had counted when they were asked last has been read.
void Recorder::drain(Loop& loop)
{
    const auto deadline = Clock::now() + longest_draining;
    settle();
    is_drained_ =
        read_up_to_now(loop, deadline, Counting::goes_on) && read_up_to_now(loop, deadline, Counting::is_over);
    if (!is_drained_ && !failure_)
        failure_ = "the recorder could not keep up: packets that waited at the end were not read";
}

/// What was captured has been counted, too, or there was time enough for that.
void Recorder::await_counters(Loop& loop)
{
    const auto deadline = Clock::now() + quiet;
    const auto is_late = [](const Interface& each) { return each.live.counts_late(); };
    while (std::ranges::any_of(interfaces_, is_late) && Clock::now() < deadline)
        loop.run_once(std::chrono::milliseconds{2});
}

std::vector<RecordedInterface> Recorder::finish(Loop& loop)
{
    for (const Interface& interface : interfaces_)
        loop.forget(interface.live.descriptor());
    drain(loop);
    await_counters(loop);
    for (Interface& interface : interfaces_)
        interface.recorded.counter = interface.live.counter();
    release(Timestamp::max());
    check(writer_.flush());  // what cannot be written is known from here on
    std::vector<RecordedInterface> recorded;
    for (Interface& interface : interfaces_) {
        const std::uint64_t lost = writer_.lost(interface.id);
        interface.recorded.written -= lost;
        interface.recorded.unwritten += lost;
        write_statistics(interface);
        recorded.push_back(interface.recorded);
    }
    flush();
    for (const Interface& interface : interfaces_)
        if (!failure_ && !interface.failure.empty())
            failure_ = interface.failure;
    return recorded;
}

}  // namespace waybill
