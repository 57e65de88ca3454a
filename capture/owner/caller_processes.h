#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>

#include "base/file_descriptor.h"
#include "capture/loop.h"
#include "capture/owner/executed_program.h"
#include "capture/owner/file_identity.h"
#include "capture/owner/kernel_events.h"
#include "capture/owner/owner_event.h"
#include "capture/owner/process_facts.h"

namespace waybill {

/// The processes whose calls are asked about: who began whom, and what each runs. Nobody tells when a process begins,
/// so one is found when it first calls, and its parents with it; when it ends is told by its descriptor
/// (pidfd_open(2)).
class CallerProcesses {
public:
    using Receive = std::function<void(const OwnerEvent&)>;
    using Clock = std::chrono::steady_clock;

    /// `loop` and what `receive` refers to outlive this, and it stays where it is.
    CallerProcesses(Loop& loop, const BootClock& clock, Receive receive);
    CallerProcesses(const CallerProcesses&) = delete;
    CallerProcesses& operator=(const CallerProcesses&) = delete;
    CallerProcesses(CallerProcesses&&) = delete;
    CallerProcesses& operator=(CallerProcesses&&) = delete;
    ~CallerProcesses();

    /// A process that stands in a call, told by the time this returns, with its parents and what each runs. Nothing
    /// when it is gone.
    std::optional<ProcessKey> stopped(const ThreadFacts& caller);

    /// The same of one that is about to execute a program: what it will run is told once it runs it.
    void executes(const ThreadFacts& caller, ExecutedProgram program);

    /// Looks whether programs run by now that were about to; false when none is awaited.
    bool settle();

    /// Tells what is not told yet, as it is known.
    void finish();

private:
    struct Awaited {
        ExecutedProgram program;
        Timestamp at;
        Clock::time_point since;
    };
    struct Known {
        std::uint32_t uid = 0;
        FileIdentity runs;  ///< as it was told
        std::optional<Awaited> awaited;
        bool is_confirmed = false;  ///< since it last executed
        FileDescriptor end;
    };
    using Place = std::map<ProcessKey, Known>::iterator;

    std::optional<Place> find(std::uint32_t pid, unsigned depth);
    void watch_end(const ProcessKey& key, Known& known);
    void end(const ProcessKey& key);
    bool look(Place place, bool is_stopped);
    void tell_program(Place place, const ExecutedProgram& program, Timestamp at);
    void confirm(Place place);

    Loop& loop_;
    BootClock clock_;
    Receive receive_;
    std::map<ProcessKey, Known> known_;
};

}  // namespace waybill
