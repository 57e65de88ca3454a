#include "capture/owner/file_digests.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
#include <utility>

namespace waybill {
namespace {

constexpr std::size_t piece_octets = 128UL << 10U;

}  // namespace

void FileDigests::add(std::uint64_t process, FileDescriptor file)
{
    const auto identity = identify(file);
    if (!identity) {
        ++unreadable_;
        return;
    }
    if (const auto known = known_.find(*identity); known != known_.end()) {
        tell_(process, known->second);
        return;
    }
    const auto pending = std::ranges::find(pending_, *identity, &Pending::identity);
    if (pending != pending_.end())
        pending->processes.push_back(process);
    else
        pending_.push_back({*identity, std::move(file), {}, {process}});
}

bool FileDigests::work(std::size_t octets)
{
    std::array<std::byte, piece_octets> piece;  // NOLINT(*-member-init): filled before it is read
    while (!pending_.empty() && octets > 0) {   // ends: reads some octets of what is left, or a file ends
        Pending& first = pending_.front();
        const ssize_t count = ::read(first.file.get(), piece.data(), std::min(piece.size(), octets));
        if (count < 0 && errno == EINTR)
            continue;
        if (count > 0) {
            first.digest.add(Bytes{piece}.first(static_cast<std::size_t>(count)));
            octets -= static_cast<std::size_t>(count);
            continue;
        }
        if (count == 0)
            finish(first);
        else
            ++unreadable_;
        pending_.pop_front();
    }
    return !pending_.empty();
}

void FileDigests::finish(Pending& pending)
{
    if (identify(pending.file) != pending.identity) {  // written to while it was read
        ++unreadable_;
        return;
    }
    const std::string sha256 = pending.digest.finish();
    for (const std::uint64_t process : pending.processes)
        tell_(process, sha256);
    known_.emplace(pending.identity, sha256);
}

}  // namespace waybill
