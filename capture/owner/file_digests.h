#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/file_descriptor.h"
#include "base/sha256_stream.h"
#include "capture/owner/file_identity.h"

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
    struct Pending {
        FileIdentity identity;
        FileDescriptor file;
        Sha256Stream digest;
        std::vector<std::uint64_t> processes;
    };
    void finish(Pending& pending);

    Tell tell_;
    std::deque<Pending> pending_;
    std::map<FileIdentity, std::string> known_;
    std::size_t unreadable_ = 0;
};

}  // namespace waybill
