#include "capture/owner/call_owners.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "base/file.h"
#include "base/last_error.h"
#include "capture/owner/local_sockets.h"
#include "capture/wall_clock.h"

namespace waybill {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::microseconds first_pause = 200us;
constexpr std::chrono::microseconds longest_pause = 20ms;
constexpr std::size_t most_table_octets = 4UL << 20U;  // tens of thousands of sockets

/// The remote ends that a call names.
std::vector<SocketAddress> remotes_of(const seccomp_data& call, const StoppedCaller& caller)
{
    constexpr std::size_t address_of_sendto = 4;
    const auto& arguments = call.args;
    std::optional<SocketAddress> named;
    switch (call.nr) {
        case SYS_connect:
            named = caller.address(arguments[1], arguments[2]);
            break;
        case SYS_sendto:
            named = caller.address(arguments[address_of_sendto], arguments[address_of_sendto + 1]);
            break;
        case SYS_sendmsg:
            named = caller.message_address(arguments[1]);
            break;
        case SYS_sendmmsg:
            return caller.message_addresses(arguments[1], arguments[2]);
        default:
            break;
    }
    return named ? std::vector{*named} : std::vector<SocketAddress>{};
}

/// The address that a call names, whatever its family is; of several messages that of the first.
std::vector<std::byte> address_in(const seccomp_data& call, const StoppedCaller& caller)
{
    constexpr std::size_t address_of_sendto = 4;
    const auto& arguments = call.args;
    StoppedCaller::Place place;
    if (call.nr == SYS_connect)
        place = {arguments[1], arguments[2]};
    else if (call.nr == SYS_sendto)
        place = {arguments[address_of_sendto], arguments[address_of_sendto + 1]};
    else if (call.nr == SYS_sendmsg || call.nr == SYS_sendmmsg)
        place = caller.message_name(arguments[1]);
    return caller.address_octets(place.at, place.octets);
}

SocketRoles roles_in(const seccomp_data& call, const ProcessKey& who)
{
    SocketRoles roles;
    if (call.nr == SYS_connect)
        roles.connector = who;
    else if (call.nr == SYS_listen)
        roles.creator = who;  // of the sockets that it will accept
    else
        roles.user = who;
    return roles;
}

bool is_execution(const seccomp_data& call)
{
    return call.nr == SYS_execve || call.nr == SYS_execveat;
}

/// Whether a call waits; else receiving it would wait. Nothing once there is nobody left who could call.
std::optional<bool> has_notice(const FileDescriptor& listener)
{
    pollfd waited{listener.get(), POLLIN, 0};
    ::poll(&waited, 1, 0);
    if ((waited.revents & POLLIN) != 0)
        return true;
    return (waited.revents & (POLLHUP | POLLERR)) != 0 ? std::nullopt : std::optional{false};
}

}  // namespace

std::size_t CallOwners::Hash::operator()(const Told& told) const
{
    constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;  // 2^64 divided by the golden ratio
    std::uint64_t hash = (told.cookie ^ told.process.pid) * odd;
    for (const std::uint64_t word : told.remote.address.words())
        hash = (hash ^ word) * odd;
    return (hash ^ number(told.remote.port)) * odd;
}

CallOwners::CallOwners(Loop& loop, const BootClock& clock, CallerProcesses::Receive receive)
    : loop_{loop}, receive_{std::move(receive)}, processes_{loop, clock, receive_}
{
}

CallOwners::~CallOwners()
{
    for (const FileDescriptor* watched : {&listener_, &timer_})
        if (*watched)
            loop_.forget(watched->get());
}

std::error_code CallOwners::adopt(pid_t process, int descriptor)
{
    listener_ = descriptor_of(process, process, descriptor);
    if (!listener_)
        return last_error();
    seccomp_notif* notice = nullptr;
    seccomp_notif_resp* response = nullptr;
    if (const int result = seccomp_notify_alloc(&notice, &response); result != 0)
        return {-result, std::system_category()};
    notice_.reset(notice);
    answer_.reset(response);
    timer_ = FileDescriptor{::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)};
    if (!timer_)
        return last_error();
    if (const auto failed = loop_.watch(timer_.get(), [this] { settle(); }))
        return failed;
    return loop_.watch(listener_.get(), [this] { answer(); });
}

/// Looks again after a pause that grows while nothing comes of it.
void CallOwners::wake_soon()
{
    itimerspec next{};
    next.it_value.tv_nsec = std::chrono::nanoseconds{pause_}.count();
    ::timerfd_settime(timer_.get(), 0, &next, nullptr);
    pause_ = std::min(2 * pause_, longest_pause);
}

void CallOwners::answer()
{
    const auto waits = has_notice(listener_);
    if (!waits) {
        loop_.forget(listener_.get());  // it would be ready for ever
        listener_.reset();
        return;
    }
    std::memset(notice_.get(), 0, sizeof *notice_);  // the kernel takes no other
    if (!*waits || seccomp_notify_receive(listener_.get(), notice_.get()) != 0)
        return;  // who asked was ended meanwhile
    look_at(*notice_);
    std::memset(answer_.get(), 0, sizeof *answer_);
    answer_->id = notice_->id;
    answer_->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    seccomp_notify_respond(listener_.get(), answer_.get());  // one that has gone meanwhile needs none
    if (is_execution(notice_->data)) {
        pause_ = first_pause;
        wake_soon();
    }
}

void CallOwners::look_at(const seccomp_notif& notice)
{
    const auto caller = read_thread_facts(notice.pid);
    if (!caller) {
        ++losses_.processes;
        return;
    }
    if (is_execution(notice.data))
        executes(notice, *caller);
    else
        calls(notice, *caller);
}

void CallOwners::executes(const seccomp_notif& notice, const ThreadFacts& caller)
{
    const auto thread = static_cast<pid_t>(notice.pid);
    const StoppedCaller stopped{thread};
    const bool has_folder = notice.data.nr == SYS_execveat;
    const auto& arguments = notice.data.args;
    ExecutionCall call;
    call.folder = has_folder ? static_cast<int>(arguments[0]) : AT_FDCWD;
    auto path = stopped.text(arguments[has_folder ? 1 : 0]);
    if (!path)
        return;
    call.path = *std::move(path);
    call.arguments = stopped.texts(arguments[has_folder ? 2 : 1]);
    if (auto program = look_up_program(thread, std::move(call)))
        processes_.executes(caller, *std::move(program));
}

void CallOwners::calls(const seccomp_notif& notice, const ThreadFacts& caller)
{
    const auto thread = static_cast<pid_t>(notice.pid);
    const bool listens = notice.data.nr == SYS_listen;
    const FileDescriptor socket =
        descriptor_of(thread, static_cast<pid_t>(caller.pid), static_cast<int>(notice.data.args[0]));
    const bool is_refused = !socket && errno != EBADF;  // else the call fails by itself
    auto facts = socket ? read_socket_facts(socket.get()) : std::nullopt;
    if (!facts && !is_refused) {
        if (socket)
            calls_local(notice, caller, socket.get());
        return;
    }
    const auto remotes = listens ? std::vector<SocketAddress>{{}} : remotes_of(notice.data, StoppedCaller{thread});
    const auto who = facts ? processes_.stopped(caller) : std::nullopt;
    if (!facts || !who) {
        ++(facts ? losses_.processes : losses_.sockets);
        return;
    }
    OwnerEvent event{wall_clock(), *who, caller.uid, {}};
    if (remotes.empty()) {
        uses(facts->cookie, std::move(event));
        return;
    }
    SocketFlow flow;
    flow.socket = facts->cookie;
    flow.roles = roles_in(notice.data, *who);
    flow.network_namespace = read_network_namespace(std::to_string(notice.pid));
    flow.protocol = facts->protocol;
    flow.is_inbound = listens;
    for (const SocketAddress& remote : remotes) {
        flow.remote = remote;
        event.what = flow;
        speaks(socket.get(), *facts, event);
    }
}

/// A call on a UNIX socket. Where the name is one that a socket of this network namespace has, it is the run's own.
void CallOwners::calls_local(const seccomp_notif& notice, const ThreadFacts& caller, int socket)
{
    const auto thread = static_cast<pid_t>(notice.pid);
    const auto address = address_in(notice.data, StoppedCaller{thread});
    const auto name = read_local_address(address);
    if (!name)
        return;
    const auto who = processes_.stopped(caller);
    if (!who) {
        ++losses_.processes;
        return;
    }
    const bool connects = notice.data.nr == SYS_connect;  // each connection is told, of datagrams one for each name
    if (!connects && told_local_.contains({*who, *name}))
        return;
    const auto table = read_file(fmt::format("/proc/{}/net/unix", thread), most_table_octets);
    if (!table) {
        ++losses_.sockets;
        return;
    }
    if (is_bound_in(*table, *name))
        return;
    if (told_local_.size() >= most_remembered)
        told_local_.clear();
    if (!connects)
        told_local_.emplace(*who, *name);
    LocalSocketCalled called;
    called.kind = local_kind(socket_type(socket));
    called.path = *name;
    called.outcome = is_socket_at(thread, address) ? LocalSocketOutcome::asked : LocalSocketOutcome::tried;
    receive_({wall_clock(), *who, caller.uid, std::move(called)});
}

/// A call that names no remote end, on a socket that has one.
void CallOwners::uses(std::uint64_t cookie, OwnerEvent event)
{
    const auto known = users_.find(cookie);
    if (known == users_.end() || known->second == event.subject)
        return;
    known->second = event.subject;
    event.what = SocketUsed{cookie, {}, true};
    receive_(event);
}

/// A call that names one: told once for each process.
void CallOwners::speaks(int socket, SocketFacts& facts, OwnerEvent event)
{
    auto& flow = std::get<SocketFlow>(event.what);
    if (users_.size() >= most_remembered)
        users_.clear();
    if (told_.size() >= most_remembered)
        told_.clear();  // then some are told again
    users_.insert_or_assign(facts.cookie, event.subject);
    if (facts.has_ports && facts.local.port == Port{})
        facts.local.port = choose_local_port(socket);
    if (facts.has_ports && facts.local.port == Port{}) {
        ++losses_.sockets;
        return;
    }
    if (!told_.insert({facts.cookie, event.subject, facts.local, flow.remote}).second)
        return;
    flow.local = facts.local;
    if (!flow.is_inbound && flow.local.address == IpAddress{})
        flow.local.address = source_address_for(flow.remote);
    if (!flow.is_inbound && flow.local.address == IpAddress{})
        return;  // no route leads there: nothing is sent
    receive_(event);
}

void CallOwners::settle()
{
    std::uint64_t expirations = 0;
    [[maybe_unused]] const ssize_t count = ::read(timer_.get(), &expirations, sizeof expirations);
    if (processes_.settle())
        wake_soon();
}

}  // namespace waybill
