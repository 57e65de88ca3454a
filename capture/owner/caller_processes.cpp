#include "capture/owner/caller_processes.h"

#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <utility>
#include <vector>

#include "capture/owner/command_line.h"
#include "capture/owner/process_facts.h"
#include "capture/wall_clock.h"

namespace waybill {
namespace {

constexpr unsigned most_ancestors = 256;
constexpr std::chrono::seconds longest_execution{5};  // from the call to the program's first instruction

std::filesystem::path executable_of(std::uint32_t pid)
{
    return fmt::format("/proc/{}/exe", pid);
}

}  // namespace

CallerProcesses::CallerProcesses(Loop& loop, const BootClock& clock, Receive receive)
    : loop_{loop}, clock_{clock}, receive_{std::move(receive)}
{
}

CallerProcesses::~CallerProcesses()
{
    for (const auto& [key, known] : known_)
        if (known.end)
            loop_.forget(known.end.get());
}

void CallerProcesses::watch_end(const ProcessKey& key, Known& known)
{
    known.end = FileDescriptor{static_cast<int>(::syscall(SYS_pidfd_open, key.pid, 0))};
    if (known.end && loop_.watch(known.end.get(), [this, key] { end(key); }))
        known.end.reset();  // then its end is not known
}

void CallerProcesses::end(const ProcessKey& key)
{
    const auto place = known_.find(key);
    if (place == known_.end())
        return;
    const Timestamp at = wall_clock();
    look(place, false);
    loop_.forget(place->second.end.get());
    const std::uint32_t uid = place->second.uid;
    known_.erase(place);
    receive_({at, key, uid, ProcessEnded{}});
}

/// The entry of a process. One that is new begins as a copy of its parent, which is found first.
std::optional<CallerProcesses::Place> CallerProcesses::find(std::uint32_t pid, unsigned depth)
{
    const auto birth = read_process_birth(pid);
    if (!birth)
        return std::nullopt;
    const ProcessKey key{birth->start, pid, pid};
    if (const auto known = known_.find(key); known != known_.end())
        return known;
    std::optional<Place> parent;
    if (birth->parent_pid != static_cast<std::uint32_t>(::getpid()) && birth->parent_pid != 0 && depth < most_ancestors)
        parent = find(birth->parent_pid, depth + 1);
    Known known;
    if (parent) {
        look(*parent, false);
        known.runs = (*parent)->second.runs;
        known.uid = (*parent)->second.uid;
        receive_({clock_.at(birth->start), (*parent)->first, known.uid, ProcessForked{key}});
    }
    const auto place = known_.emplace(key, std::move(known)).first;
    watch_end(key, place->second);
    return place;
}

void CallerProcesses::tell_program(Place place, const ExecutedProgram& program, Timestamp at)
{
    place->second.runs = program.identity;
    receive_({at, place->first, place->second.uid,
              ProgramExecuted{{}, program.path, program.arguments, octets_of(program.arguments)}});
}

/// Whether the program that a process was about to run runs by now, or is told for another reason: then nothing is
/// awaited any more.
bool CallerProcesses::look(Place place, bool is_stopped)
{
    Known& known = place->second;
    if (!known.awaited)
        return true;
    const auto runs = identify(executable_of(place->first.pid));
    const bool is_there = runs == known.awaited->program.identity;
    const bool is_gone = !runs;  // it has ended, and a call that fails is rare
    const bool has_failed = is_stopped || Clock::now() - known.awaited->since > longest_execution;
    if (!is_there && !is_gone && !has_failed)
        return false;
    const Awaited awaited = *std::exchange(known.awaited, std::nullopt);
    if (is_there || is_gone)
        tell_program(place, awaited.program, awaited.at);
    return true;
}

/// What a process that stands in a call runs is what /proc says, whatever it said when it executed.
void CallerProcesses::confirm(Place place)
{
    Known& known = place->second;
    look(place, true);
    if (std::exchange(known.is_confirmed, true))
        return;
    const auto runs = identify(executable_of(place->first.pid));
    if (!runs || *runs == known.runs)
        return;
    if (const auto facts = read_process_facts(place->first))
        tell_program(place, {facts->executable, facts->arguments, *runs}, wall_clock());
}

std::optional<ProcessKey> CallerProcesses::stopped(const ThreadFacts& caller)
{
    const auto place = find(caller.pid, 0);
    if (!place)
        return std::nullopt;
    (*place)->second.uid = caller.uid;
    confirm(*place);
    return (*place)->first;
}

void CallerProcesses::executes(const ThreadFacts& caller, ExecutedProgram program)
{
    const auto place = find(caller.pid, 0);
    if (!place)
        return;
    Known& known = (*place)->second;
    known.uid = caller.uid;
    look(*place, true);
    known.awaited = Awaited{std::move(program), wall_clock(), Clock::now()};
    known.is_confirmed = false;
}

bool CallerProcesses::settle()
{
    bool is_settled = true;
    for (auto place = known_.begin(); place != known_.end(); ++place)
        is_settled &= look(place, false);
    return !is_settled;
}

void CallerProcesses::finish()
{
    for (auto place = known_.begin(); place != known_.end(); ++place) {
        if (place->second.awaited)
            tell_program(place, place->second.awaited->program, place->second.awaited->at);
        place->second.awaited.reset();
    }
}

}  // namespace waybill
