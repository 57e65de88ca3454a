#include "capture/owner/owner_log.h"

#include <fmt/format.h>

#include <utility>

#include "base/file.h"
#include "capture/owner/cgroup.h"
#include "capture/owner/extension_host.h"
#include "capture/owner/owners_file.h"

namespace waybill {
namespace {

constexpr std::size_t write_octets = 64UL << 10U;
constexpr std::size_t digest_octets_at_once = 1UL << 20U;  // a millisecond, about

}  // namespace

OwnerLog::OwnerLog(FileDescriptor file, std::string_view source, const BootClock& clock,
                   ProcessTable::Arguments arguments, std::uint32_t network_namespace)
    : file_{std::move(file)},
      clock_{clock},
      pending_{owners_file::header(source, clock.boot(), network_namespace)},
      digests_{[this](std::uint64_t process, const std::string& sha256) {
          pending_ += owners_file::digest(process, sha256);
      }},
      trees_{[this](const PackageTree& tree) { pending_ += owners_file::line(tree); }},
      cgroups_{cgroup_hierarchy().value_or(std::filesystem::path{})},
      table_{clock.boot(),
             arguments,
             {[](const ProcessKey& process) { return read_process_facts(process); },
              [this](std::uint64_t number) { return cgroups_.find(number); },
              [this](std::uint64_t id, FileDescriptor executable) { digests_.add(id, std::move(executable)); },
              [this](Process& process) { programs_.describe(process); },
              [](std::span<const Process* const> line) { return find_extensions(line); }},
             {[this](const Process& process) {
                  ++processes_;
                  pending_ += owners_file::line(process);
                  if (process.package && !process.package_root.empty())
                      trees_.add(process.id, *process.package, process.package_root);
                  write();
              },
              [this](std::uint64_t id, Timestamp at, std::optional<int> status) {
                  pending_ += owners_file::ended(id, at, status);
              },
              [this](const Process& process, Timestamp at) { note_departure(process, at); },
              [this](const SocketRecord& socket) {
                  ++sockets_;
                  pending_ += owners_file::line(socket);
                  write();
              },
              [this](const SocketUse& use) { pending_ += owners_file::line(use); },
              [this](const LocalSocketRecord& called) {
                  pending_ += owners_file::line(called);
                  write();
              }}}
{
}

void OwnerLog::note_departure(const Process& process, Timestamp at)
{
    pending_ += owners_file::left(process.id, at);
    if (++departures_.processes > Departures::most_named)
        return;
    const std::string& program = process.executable.path;  // not known of one that came, left and was gone at once
    departures_.named.push_back(program.empty() ? fmt::format("process {}", process.pid)
                                                : fmt::format("{} (process {})", program, process.pid));
}

/// Once there is much.
void OwnerLog::write()
{
    if (pending_.size() >= write_octets)
        hand_over();
}

bool OwnerLog::hand_over()
{
    const bool has_more = digests_.work(digest_octets_at_once) || trees_.work(digest_octets_at_once);
    if (!failure_ && file_)
        if (const auto written = write_all(file_.get(), pending_); !written)
            failure_ = "owners can't be written: " + written.error();
    pending_.clear();
    return has_more;
}

bool OwnerLog::flush()
{
    table_.tell_copies(clock_.now());
    return hand_over();
}

void OwnerLog::finish()
{
    table_.tell_copies(Timestamp::max());
    while (flush())  // ends: each time some octets less
        continue;
    trees_.finish();
    hand_over();
    file_.reset();
}

}  // namespace waybill
