#include "capture/owner/process_table.h"

#include <fcntl.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "capture/owner/command_line.h"
#include "capture/owner/extension_host.h"
#include "capture/owner/file_identity.h"
#include "capture/owner/redact.h"

namespace waybill {
namespace {

/// What was executed by that path, when it cannot have changed since: by the time of its last change (inode(7), ctime).
FileDescriptor open_unchanged(const std::string& path, Timestamp executed)
{
    FileDescriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    const auto identity = identify(file);
    if (!identity)
        return {};
    const Timestamp changed{std::chrono::seconds{identity->changed_seconds} +
                            std::chrono::nanoseconds{identity->changed_nanoseconds}};
    return changed < executed ? std::move(file) : FileDescriptor{};
}

constexpr std::chrono::milliseconds copy_settles{200};  // by then most have executed their program, or ended

/// A process can have executed another program since the event: then /proc speaks of that one.
bool speaks_of(const ProcessFacts& facts, const ProgramExecuted& program)
{
    return facts.arguments.size() >= program.arguments.size() &&
           std::equal(program.arguments.begin(), program.arguments.end(), facts.arguments.begin(),
                      [](const std::string& told, const std::string& read) { return read.starts_with(told); });
}

/// By now it can have executed a program whose event is still to come. What a sandbox runs only root may see.
bool runs_same(const ProcessFacts& facts, const Process& process)
{
    return facts.executable.empty() || facts.executable == process.executable.path;
}

}  // namespace

ProcessTable::ProcessTable(Timestamp boot, Arguments arguments, ProcessSources sources, OwnerSink sink)
    : boot_{boot}, arguments_{arguments}, sources_{std::move(sources)}, sink_{std::move(sink)}
{
}

void ProcessTable::add(const OwnerEvent& event)
{
    std::visit([&](const auto& what) { take(event, what); }, event.what);
}

Process ProcessTable::begin(const ProcessKey& key, Timestamp at) const
{
    Process process;
    process.pid = key.pid;
    process.inner_pid = key.inner_pid;
    process.start = boot_ + key.start;
    process.began = at;
    return process;
}

void ProcessTable::set_arguments(Process& process, const std::vector<std::string>& arguments) const
{
    RedactedArguments kept = arguments_ == Arguments::whole ? without_sign_in(arguments) : redact(arguments);
    process.arguments = std::move(kept.arguments);
    process.redacted = kept.redacted;
}

void ProcessTable::describe(Process& process) const
{
    constexpr std::size_t most_ancestors = 64;
    sources_.describe(process);
    if (!is_extension_host(process))
        return;
    std::vector<const Process*> line{&process};
    while (line.size() < most_ancestors) {  // each round goes to what forked the last
        const auto forked_by = std::ranges::find_if(running_, [&](const auto& entry) {
            return line.back()->parent != 0 && entry.second.process.id == line.back()->parent;
        });
        if (forked_by == running_.end())
            break;
        line.push_back(&forked_by->second.process);
    }
    process.extension_host = sources_.find_extensions(line);
}

/// A process that writes over its own command line often makes one word of it: its parts are looked at, and it stays
/// one.
void ProcessTable::set_own_title(Process& process, const std::vector<std::string>& arguments) const
{
    if (arguments.size() != 1) {
        set_arguments(process, arguments);
        return;
    }
    std::vector<std::string> parts;
    std::string_view rest = arguments.front();
    while (true) {  // each round takes a part, the last one the rest
        const std::size_t end = std::min(rest.find(' '), rest.size());
        parts.emplace_back(rest.substr(0, end));
        if (end == rest.size())
            break;
        rest.remove_prefix(end + 1);
    }
    set_arguments(process, parts);
    std::string title;
    for (const std::string& part : process.arguments)
        title.append(title.empty() ? "" : " ").append(part);
    process.arguments = {std::move(title)};
    process.redacted = std::min<std::uint64_t>(process.redacted, 1);
}

std::uint64_t ProcessTable::tell(Running& running)
{
    if (!running.is_told) {
        running.is_told = true;
        running.process.id = ++last_id_;
        sink_.process(running.process);
    }
    return running.process.id;
}

/// The id of the process with that number that runs now; 0 where none is known.
std::uint64_t ProcessTable::known_parent(std::uint32_t pid) const
{
    const auto found = std::ranges::find_if(
        running_, [pid](const auto& entry) { return entry.first.pid == pid && !entry.second.process.ended; });
    return found == running_.end() ? 0 : found->second.process.id;
}

/// The process's entry; one that was not seen to begin was there before.
ProcessTable::Running& ProcessTable::running(const ProcessKey& key, const OwnerEvent& event)
{
    const auto [entry, is_new] = running_.try_emplace(key);
    Running& running = entry->second;
    if (!is_new)
        return running;
    running.process = begin(key, boot_ + key.start);
    running.process.was_running = true;
    running.process.uid = key == event.subject ? event.uid : 0;
    if (auto facts = sources_.facts_of(key)) {
        running.process.executable.path = facts->executable;
        running.process.working_directory = facts->working_directory;
        running.process.cgroup = facts->cgroup;
        running.process.container = container_of(facts->cgroup);
        running.process.uid = facts->uid;
        running.process.parent = known_parent(facts->parent_pid);
        set_arguments(running.process, facts->arguments);
        describe(running.process);
        const std::uint64_t id = tell(running);
        if (facts->file)
            sources_.keep_file(id, std::move(facts->file));
    }
    return running;
}

std::uint64_t ProcessTable::id_of(const ProcessKey& key, const OwnerEvent& event)
{
    return key ? tell(running(key, event)) : 0;
}

void ProcessTable::take(const OwnerEvent& event, const ProcessForked& forked)
{
    Running& parent = running(event.subject, event);
    const std::uint64_t parent_id = tell(parent);
    Process child = parent.process;
    const Process fresh = begin(forked.child, event.at);
    child.id = 0;
    child.pid = fresh.pid;
    child.inner_pid = fresh.inner_pid;
    child.start = fresh.start;
    child.began = fresh.began;
    child.parent = parent_id;
    child.previous = 0;
    child.was_running = false;
    running_[forked.child] = Running{std::move(child), false};
    copies_.push_back(forked.child);
}

void ProcessTable::tell_copies(Timestamp now)
{
    while (!copies_.empty()) {  // one less each round
        const auto found = running_.find(copies_.front());
        if (found != running_.end() && !found->second.is_told) {
            Process& process = found->second.process;
            if (now < process.began + copy_settles)
                return;
            const auto facts = sources_.facts_of(found->first);
            if (facts && !facts->arguments.empty() && runs_same(*facts, process)) {
                set_own_title(process, facts->arguments);
                process.arguments_missing = 0;
            }
            tell(found->second);
        }
        copies_.pop_front();
    }
}

void ProcessTable::take(const OwnerEvent& event, const ProgramExecuted& program)
{
    const auto [entry, is_new] = running_.try_emplace(event.subject);
    Running& before = entry->second;
    if (is_new)
        before.process = begin(event.subject, event.at);
    Process process = before.process;
    process.previous = before.is_told ? before.process.id : 0;
    process.id = 0;
    process.began = event.at;
    process.was_running = false;
    process.uid = event.uid;
    process.script.reset();
    process.package.reset();
    process.extension_host.reset();
    process.executable = {};
    if (is_new && program.parent)
        if (const auto parent = running_.find(program.parent); parent != running_.end())
            process.parent = tell(parent->second);
    FileDescriptor file;
    if (auto facts = sources_.facts_of(event.subject); facts && speaks_of(*facts, program)) {
        process.executable.path = facts->executable;
        process.working_directory = facts->working_directory;
        process.cgroup = facts->cgroup;
        process.container = container_of(facts->cgroup);
        file = std::move(facts->file);
    } else {
        process.executable.path = (std::filesystem::path{process.working_directory} / program.path).string();
        file = open_unchanged(process.executable.path, event.at);
    }
    if (const auto path = program.cgroup != 0 ? sources_.cgroup_path(program.cgroup) : std::nullopt) {
        process.cgroup = *path;  // where it was by then: /proc speaks of now, or not any more
        process.container = container_of(process.cgroup);
    }
    set_arguments(process, program.arguments);
    process.arguments_missing =
        program.argument_octets - std::min(program.argument_octets, octets_of(program.arguments));
    describe(process);
    before = Running{std::move(process), false};
    const std::uint64_t id = tell(before);
    if (file)
        sources_.keep_file(id, std::move(file));
}

void ProcessTable::take(const OwnerEvent& event, const ProcessEnded& ended)
{
    const auto found = running_.find(event.subject);
    if (found == running_.end())
        return;  // it was there before and did nothing
    Running& running = found->second;
    tell(running);
    running.process.ended = event.at;
    running.process.status = ended.status;
    sink_.process_ended(running.process.id, event.at, ended.status);
    ended_.push_back(event.subject);
    forget_ended();
}

void ProcessTable::take(const OwnerEvent& event, const ProcessLeft& /*left*/)
{
    Running& leaving = running(event.subject, event);
    tell(leaving);
    sink_.process_left(leaving.process, event.at);
}

void ProcessTable::forget_ended()
{
    while (ended_.size() > most_ended) {  // one less each round
        running_.erase(ended_.front());
        ended_.pop_front();
    }
}

void ProcessTable::take(const OwnerEvent& event, const SocketFlow& flow)
{
    SocketRecord record;
    record.at = event.at;
    record.socket = flow.socket;
    record.network_namespace = flow.network_namespace;
    record.protocol = flow.protocol;
    record.local = flow.local;
    record.remote = flow.remote;
    record.creator = id_of(flow.roles.creator, event);
    record.connector = id_of(flow.roles.connector, event);
    record.user = id_of(flow.roles.user, event);
    record.is_inbound = flow.is_inbound;
    record.is_pre_existing = flow.is_pre_existing;
    record.is_frame = flow.kind == SocketFlow::Kind::frame;
    sink_.socket(record);
}

void ProcessTable::take(const OwnerEvent& event, const SocketUsed& used)
{
    sink_.use({event.at, used.socket, id_of(event.subject, event), used.was_used});
}

/// Of one that is gone only the number is left: where one of the recording had it, it is taken for that one's, so that
/// a listener that forked and ended is not taken for one outside.
bool ProcessTable::is_of_the_recording(const ProcessKey& listener) const
{
    if (listener)
        return running_.contains(listener);
    return std::ranges::any_of(running_,
                               [&](const auto& entry) { return listener.pid != 0 && entry.first.pid == listener.pid; });
}

void ProcessTable::take(const OwnerEvent& event, const LocalSocketCalled& called)
{
    LocalSocketRecord record;
    record.at = event.at;
    record.process = id_of(event.subject, event);
    record.socket = called.socket;
    record.kind = called.kind;
    record.path = called.path;
    record.outcome = called.outcome;
    record.is_inside = called.is_inside || is_of_the_recording(called.listener);
    if (called.listener && !record.is_inside)
        if (const auto facts = sources_.facts_of(called.listener)) {
            record.listener_pid = called.listener.pid;
            record.listener = facts->executable;
        }
    sink_.local_socket(record);
}

}  // namespace waybill
