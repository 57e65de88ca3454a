#include "capture/owner/owner_log.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/file.h"
#include "base/last_error.h"
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
                  pending_ += owners_file::line(process);
                  process_lines_.push_back(pending_.size());
                  if (process.package && !process.package_root.empty())
                      trees_.add(process.id, *process.package, process.package_root);
                  write();
              },
              [this](std::uint64_t id, Timestamp at, std::optional<int> status) {
                  pending_ += owners_file::ended(id, at, status);
              },
              [this](const Process& process, Timestamp at) { note_departure(process, at); },
              [this](const SocketRecord& socket) {
                  pending_ += owners_file::line(socket);
                  socket_lines_.push_back(pending_.size());
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
    std::size_t written = 0;
    if (!failure_ && file_) {
        written = pending_.size();
        if (const auto done = write_all(file_.get(), pending_); !done) {
            failure_ = "owners can't be written: " + done.error();
            written = end_with_whole_line();
        }
    }
    const auto is_written = [written](std::size_t end) { return end <= written; };
    processes_ += static_cast<std::uint64_t>(std::ranges::count_if(process_lines_, is_written));
    sockets_ += static_cast<std::uint64_t>(std::ranges::count_if(socket_lines_, is_written));
    handed_over_ += written;
    process_lines_.clear();
    socket_lines_.clear();
    pending_.clear();
    return has_more;
}

/// Of what could not be written whole; gives how much of it is in the file.
std::size_t OwnerLog::end_with_whole_line()
{
    const off_t end = ::lseek(file_.get(), 0, SEEK_CUR);
    const std::uint64_t begun = end < 0 ? 0 : static_cast<std::uint64_t>(end) - handed_over_;
    const std::size_t whole = std::string_view{pending_}.substr(0, begun).rfind('\n') + 1;  // 0 where there is none
    if (whole != begun && ::ftruncate(file_.get(), static_cast<off_t>(handed_over_ + whole)) != 0)
        failure_ = fmt::format("{}; the file ends within a line ({})", *failure_, last_error().message());
    return whole;
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
