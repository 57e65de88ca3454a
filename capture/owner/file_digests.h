#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/file_descriptor.h"
#include "base/sha256_stream.h"

namespace waybill {

/// Computes digests of executables piece by piece, between other work: some have hundreds of megabytes, and each is
/// read once however many processes execute it.
class FileDigests {
public:
    /// Called with the digest of a process's file; not for a file that could not be read to its end.
    using Tell = std::function<void(std::uint64_t process, const std::string& sha256)>;

    explicit FileDigests(Tell tell) : tell_{std::move(tell)} {}

    /// Takes a process's file, open for reading.
    void add(std::uint64_t process, FileDescriptor file);

    /// Reads the next `octets` or fewer. False when nothing is left to do.
    bool work(std::size_t octets);

    std::size_t unreadable() const { return unreadable_; }  ///< files that could not be read

private:
    /// Device, inode, size, last change: the same file with the same octets.
    using Identity = std::tuple<std::uint64_t, std::uint64_t, std::int64_t, std::int64_t, std::int64_t>;
    struct Pending {
        Identity identity;
        FileDescriptor file;
        Sha256Stream digest;
        std::vector<std::uint64_t> processes;
    };
    static std::optional<Identity> identity_of(const FileDescriptor& file);
    void finish(Pending& pending);

    Tell tell_;
    std::deque<Pending> pending_;
    std::map<Identity, std::string> known_;
    std::size_t unreadable_ = 0;
};

}  // namespace waybill
