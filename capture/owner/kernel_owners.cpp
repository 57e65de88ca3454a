#include "capture/owner/kernel_owners.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <set>
#include <span>
#include <system_error>

#include "capture/deferred/libraries.h"
#include "capture/owner/existing_sockets.h"
#include "capture/owner/kernel_config.h"
#include "capture/owner/kernel_event.h"
#include "capture/owner/process_facts.h"

namespace waybill {

/// The program, as the compiler made it (cmake/kernel_program.cmake).
extern const std::span<const unsigned char> owner_object;

namespace {

constexpr std::uint32_t page_octets = 4096;

std::string sentence_of(int problem)
{
    return std::error_code{problem, std::system_category()}.message();
}

/// What became of a ring that was read: why it could not be, or what of a record could not.
std::expected<void, std::string> told_of(std::error_code failed, const std::string& failure)
{
    if (failed)
        return std::unexpected("the kernel's events could not be read: " + failed.message());
    if (!failure.empty())
        return std::unexpected(failure);
    return {};
}

std::optional<std::uint64_t> inode_of(const char* path)
{
    struct stat status{};
    if (::stat(path, &status) != 0)
        return std::nullopt;
    return status.st_ino;
}

struct CgroupPlace {
    std::uint64_t id = 0;
    std::uint32_t level = 0;  ///< folders below the hierarchy's root
};

/// The folder's id, and how deep it lies below the first folder that is of another file system.
CgroupPlace place_of(int cgroup)
{
    struct stat status{};
    CgroupPlace place;
    if (::fstat(cgroup, &status) != 0)
        return place;
    place.id = status.st_ino;
    std::error_code problem;
    auto path = std::filesystem::read_symlink(fmt::format("/proc/self/fd/{}", cgroup), problem);
    for (; path.has_relative_path(); ++place.level) {  // ends: each round goes one folder up
        path = path.parent_path();
        struct stat above{};
        if (::stat(path.c_str(), &above) != 0 || above.st_dev != status.st_dev)
            break;
    }
    return place;
}

bool is_for_cgroup(const bpf_program* program)
{
    return std::string_view{bpf_program__section_name(program)}.starts_with("cgroup");
}

bool is_iterator(const bpf_program* program)
{
    return std::string_view{bpf_program__section_name(program)}.starts_with("iter/");
}

std::vector<bpf_program*> programs_of(bpf_object* object)
{
    std::vector<bpf_program*> programs;
    for (bpf_program* program = bpf_object__next_program(object, nullptr); program != nullptr;
         program = bpf_object__next_program(object, program))
        programs.push_back(program);
    return programs;
}

void narrow(kernel_config& config, const ProcessChoice& choice)
{
    config.is_whole = choice.is_whole_host() ? 1 : 0;
    if (!choice.processes.empty())
        config.narrowing = kernel_narrow_chosen;
    if (choice.user) {
        config.narrowing = kernel_narrow_user;
        config.uid = *choice.user;
    }
    if (choice.program) {
        constexpr unsigned minor_bits = 20;  // linux/kdev_t.h
        config.narrowing = kernel_narrow_program;
        config.program_device = (major(choice.program->superblock) << minor_bits) | minor(choice.program->superblock);
        config.program_inode = choice.program->inode;
    }
}

kernel_config config_of(const KernelOwnersOptions& options)
{
    const CgroupPlace place = place_of(options.cgroup);
    kernel_config config{};
    config.cgroup = place.id;
    config.cgroup_level = place.level;
    config.pid_namespace = static_cast<std::uint32_t>(inode_of("/proc/self/ns/pid").value_or(0));
    config.snaplen = std::min(options.snaplen, KernelOwners::most_snaplen);
    config.interface = options.interface;
    config.interface_namespace = read_network_namespace("self");
    if (options.running)
        narrow(config, *options.running);
    return config;
}

/// Hooks that the library of 2022 does not know by their sections (linux/bpf.h of Linux 6.7).
struct NewerHook {
    std::string_view section;
    int attach_type;
};
constexpr std::array newer_hooks{NewerHook{"cgroup/connect_unix", 49}, NewerHook{"cgroup/sendmsg_unix", 50}};

void set_types(bpf_object* object)
{
    for (bpf_program* const program : programs_of(object))
        for (const NewerHook& hook : newer_hooks)
            if (hook.section == bpf_program__section_name(program)) {
                bpf_program__set_type(program, BPF_PROG_TYPE_CGROUP_SOCK_ADDR);
                bpf_program__set_expected_attach_type(program, static_cast<bpf_attach_type>(hook.attach_type));
            }
}

/// What is decided before it is loaded.
struct Loading {
    kernel_config config;
    std::optional<std::uint32_t> most_entries;
};

/// Opens the object and tells it what it needs to know; `only` is the one program that is to be loaded, or all.
bpf_object* open_object(const Loading& loading, const char* only)
{
    const kernel_config& config = loading.config;
    bpf_object_open_opts names{};
    names.sz = sizeof names;
    names.object_name = "waybill";
    bpf_object* const object = bpf_object__open_mem(owner_object.data(), owner_object.size(), &names);
    if (object == nullptr)
        return nullptr;
    set_types(object);
    bpf_map__set_initial_value(bpf_object__find_map_by_name(object, ".rodata"), &config, sizeof config);
    if (config.snaplen == 0)
        bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "packets"), page_octets);
    for (const char* const table : {"followed", "told", "users", "local_told"})
        if (loading.most_entries)
            bpf_map__set_max_entries(bpf_object__find_map_by_name(object, table), *loading.most_entries);
    if (only != nullptr)
        for (bpf_program* const program : programs_of(object))
            bpf_program__set_autoload(program, std::strcmp(bpf_program__name(program), only) == 0);
    return object;
}

/// A number that the kernel changes meanwhile.
std::uint64_t read_now(const __u64& number)
{
    return __atomic_load_n(&number, __ATOMIC_RELAXED);
}

}  // namespace

void KernelOwners::Close::operator()(bpf_object* object) const
{
    bpf_object__close(object);
}
void KernelOwners::Close::operator()(bpf_link* link) const
{
    bpf_link__destroy(link);
}

void KernelOwners::Close::operator()(const kernel_counts* counts) const
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): munmap(2) takes what mmap(2) gave
    ::munmap(const_cast<kernel_counts*>(counts), sizeof *counts);
}

KernelOwners::KernelOwners() : clock_{BootClock::read()}, clock_of_events_{clock_} {}
KernelOwners::KernelOwners(KernelOwners&&) noexcept = default;
KernelOwners& KernelOwners::operator=(KernelOwners&&) noexcept = default;
KernelOwners::~KernelOwners() = default;

std::expected<void, std::string> KernelOwners::load(const KernelOwnersOptions& options)
{
    const Loading loading{config_of(options), options.most_entries};
    object_.reset(open_object(loading, nullptr));
    if (!object_)
        return std::unexpected("the program for the kernel could not be read: " + sentence_of(errno));
    for (bpf_program* const program : programs_of(object_.get()))
        if (is_iterator(program) && !options.running)
            bpf_program__set_autoload(program, false);
    if (bpf_object__load(object_.get()) == 0)
        return {};
    const int problem = errno;
    // One program that is refused takes all with it: each is tried alone, and those that load are loaded together.
    std::vector<std::string> kept;
    for (bpf_program* const program : programs_of(object_.get())) {
        const std::string name{bpf_program__name(program)};
        const Object alone{open_object(loading, name.c_str())};
        if (alone && bpf_object__load(alone.get()) == 0)
            kept.push_back(name);
        else
            refused_.push_back({name, sentence_of(errno)});
    }
    if (kept.empty())
        return std::unexpected("the kernel loads none of the programs that tell whose a socket is: " +
                               sentence_of(problem));
    object_.reset(open_object(loading, nullptr));
    for (bpf_program* const program : programs_of(object_.get()))
        bpf_program__set_autoload(program, std::ranges::find(kept, bpf_program__name(program)) != kept.end());
    if (bpf_object__load(object_.get()) != 0)
        return std::unexpected("the kernel loads the programs one by one and not together: " + sentence_of(errno));
    return {};
}

std::expected<void, std::string> KernelOwners::attach(int cgroup)
{
    for (bpf_program* const program : programs_of(object_.get())) {
        if (!bpf_program__autoload(program) || is_iterator(program))
            continue;
        Link link{is_for_cgroup(program) ? bpf_program__attach_cgroup(program, cgroup) : bpf_program__attach(program)};
        if (link)
            links_.push_back(std::move(link));
        else
            refused_.push_back({bpf_program__name(program), sentence_of(errno)});
    }
    if (links_.empty())
        return std::unexpected("the kernel attaches none of the programs that tell whose a socket is: " +
                               refused_.back().reason);
    return {};
}

/// Once the hooks are there, so that nothing is missed in between.
void KernelOwners::begin_with_running(const ProcessChoice& choice)
{
    const int followed = bpf_map__fd(bpf_object__find_map_by_name(object_.get(), "followed"));
    constexpr std::uint8_t one = 1;
    constexpr int most_rounds = 16;  // those that are forked while a list is made are on the next one
    std::set<std::uint32_t> known;
    bool has_new = true;
    for (int round = 0; round < most_rounds && has_new; ++round) {
        has_new = false;
        for (const std::uint32_t process : running_processes(choice)) {
            if (!known.insert(process).second)
                continue;
            has_new = true;
            if (bpf_map_update_elem(followed, &process, &one, BPF_ANY) != 0)
                ++unfollowed_;
        }
    }
    for (const bpf_program* const program : programs_of(object_.get())) {
        if (!is_iterator(program) || !bpf_program__autoload(program))
            continue;
        auto existing = read_existing_sockets(program);
        if (existing)
            existing_ = *std::move(existing);
        else
            refused_.push_back({bpf_program__name(program), existing.error()});
    }
}

std::expected<void, std::string> KernelOwners::open_buffers()
{
    for (const auto& [name, ring] : {std::pair{"events", &events_}, std::pair{"packets", &packets_}}) {
        auto opened = KernelRing::open(bpf_map__fd(bpf_object__find_map_by_name(object_.get(), name)));
        if (!opened)
            return std::unexpected("the kernel's events could not be mapped: " + opened.error().message());
        *ring = *std::move(opened);
    }
    return {};
}

std::expected<KernelOwners, std::string> KernelOwners::open(const KernelOwnersOptions& options)
{
    if (auto loaded = libbpf().load(); !loaded)
        return std::unexpected(loaded.error());
    libbpf_set_print(nullptr);  // what fails is told by us
    KernelOwners owners;
    owners.times_ = options.times;
    if (auto done = owners.load(options); !done)
        return std::unexpected(done.error());
    if (auto done = owners.open_buffers(); !done)
        return std::unexpected(done.error());
    if (auto done = owners.map_counts(); !done)
        return std::unexpected(done.error());
    if (auto done = owners.attach(options.cgroup); !done)
        return std::unexpected(done.error());
    if (options.running)
        owners.begin_with_running(*options.running);
    return owners;
}

/// libbpf maps what a loaded object has only for its skeletons, of which this is none.
std::expected<void, std::string> KernelOwners::map_counts()
{
    const int counts = bpf_map__fd(bpf_object__find_map_by_name(object_.get(), ".bss"));
    void* const mapped = ::mmap(nullptr, sizeof(kernel_counts), PROT_READ, MAP_SHARED, counts, 0);
    if (mapped == MAP_FAILED)
        return std::unexpected("the kernel's counts could not be mapped: " + sentence_of(errno));
    counts_.reset(static_cast<const kernel_counts*>(mapped));
    return {};
}

std::expected<void, std::string> KernelOwners::read_events(const Receivers& receivers)
{
    std::string failure;
    const Timestamp now = clock_of_events_.now();
    const auto receive = [&](Bytes record) {
        auto event = read_kernel_event(record, clock_of_events_);
        if (!event) {
            failure = event.error();
            return true;
        }
        const bool was_waiting = event->at <= now;
        if (receivers.event)
            receivers.event(*std::move(event));
        return was_waiting;
    };
    for (std::size_t at = 0; at < existing_.size(); at += sizeof(kernel_socket_event))
        receive(Bytes{existing_}.subspan(at, sizeof(kernel_socket_event)));
    existing_.clear();
    const auto failed = events_->read(receive);
    return told_of(failed, failure);
}

std::expected<void, std::string> KernelOwners::read_packets(const Receivers& receivers)
{
    std::string failure;
    const Timestamp now = clock_of_events_.now();
    const auto receive = [&](Bytes record) {
        const auto packet = read_kernel_packet(record, clock_of_events_);
        if (!packet) {
            failure = packet.error();
            return true;
        }
        if (receivers.packet)
            receivers.packet(*packet);
        return packet->packet.time <= now;
    };
    const auto failed = packets_->read(receive);
    return told_of(failed, failure);
}

std::expected<void, std::string> KernelOwners::read(const Receivers& receivers)
{
    if (times_ == KernelOwnersOptions::Times::as_utc_goes)
        clock_of_events_ = BootClock::read();
    const auto events = read_events(receivers);
    const auto packets = read_packets(receivers);
    return events ? packets : events;
}

KernelLosses KernelOwners::losses() const
{
    const std::span losses{counts_->losses};
    const auto now = [&](kernel_loss which) { return read_now(losses[which]); };
    return {now(kernel_loss_event), now(kernel_loss_packet), now(kernel_loss_octets),
            now(kernel_loss_process) + unfollowed_, now(kernel_loss_socket)};
}

KernelOwners::BothWays KernelOwners::traffic() const
{
    BothWays total;
    for (const kernel_traffic& place : std::span{counts_->traffic}) {
        const std::span packets{place.packets};
        const std::span octets{place.octets};
        total.out.packets += read_now(packets[kernel_way_out]);
        total.out.ip_bytes += read_now(octets[kernel_way_out]);
        total.in.packets += read_now(packets[kernel_way_in]);
        total.in.ip_bytes += read_now(octets[kernel_way_in]);
    }
    return total;
}

}  // namespace waybill
