#include "cli/checkpoint_keeper.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/sha256_stream.h"
#include "capture/circumstances.h"
#include "capture/privileges.h"
#include "evidence/checkpoints.h"

namespace waybill {
namespace {

constexpr char ended = '.';
constexpr int first_interval = 1'000;                 // milliseconds
constexpr std::uint64_t checkpoints_at_a_pace = 600;  // then half as often: what is kept grows ever slower
constexpr std::size_t piece_octets = std::size_t{1} << 18U;

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

/// A file of the recording that is read as it grows.
struct GrowingFile {
    FileDescriptor file;
    Sha256Stream digest;
    std::uint64_t octets = 0;
};

bool is_recorded(std::string_view name)
{
    return name == "owners.ndjson" || name == "marks.ndjson" ||
           (name.starts_with("packets-") && name.ends_with(".pcapng"));
}

/// What the process does.
class Keeping {
public:
    Keeping(FileDescriptor data, FileDescriptor out, const std::optional<evidence::SigningKey>& key)
        : data_{std::move(data)}, out_{std::move(out)}, key_{key}
    {
    }

    /// Until the word comes, or its sender is no more. Whether everything was written.
    bool run(const FileDescriptor& word)
    {
        while (true) {  // until the recording ends
            pollfd waiting{word.get(), POLLIN, 0};
            const int ready = ::poll(&waiting, 1, interval());
            if (ready < 0 && errno == EINTR)
                continue;
            if (ready == 0) {
                look(false);
                failed_ |=
                    ::fdatasync(out_.get()) != 0 && errno != EINVAL;  // which says: there is nothing to synchronise
                continue;
            }
            char heard = 0;
            ssize_t count = 0;
            do
                count = ::read(word.get(), &heard, 1);
            while (count < 0 && errno == EINTR);
            look(count == 1 && heard == ended);
            return !failed_;
        }
    }

private:
    int interval() const
    {
        const auto halvings = std::min<std::uint64_t>(last_.link.number / checkpoints_at_a_pace, 6);
        return first_interval << halvings;
    }

    /// Reads what has come and notes it down, where anything has.
    void look(bool is_end)
    {
        find_files();
        bool has_grown = is_end;
        for (auto& [name, file] : files_)
            has_grown |= read_on(file);
        if (!has_grown || failed_)
            return;
        evidence::Checkpoint checkpoint;
        checkpoint.link.number = last_.link.number + 1;
        checkpoint.link.previous = last_.link.number == 0 ? std::string{} : evidence::line_digest(last_line_);
        const ClockReading clocks = read_clocks();
        checkpoint.at = to_rfc3339(clocks.system);
        checkpoint.since_boot = clocks.since_boot.count();
        checkpoint.is_end = is_end;
        for (const auto& [name, file] : files_)
            checkpoint.parts.push_back({name, file.octets, file.digest.so_far()});
        if (key_)
            evidence::sign(checkpoint, *key_);
        last_line_ = evidence::checkpoint_line(checkpoint);
        last_ = std::move(checkpoint);
        failed_ = !write_all(out_.get(), last_line_ + "\n");
    }

    void find_files()
    {
        const int again = ::openat(data_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        const std::unique_ptr<DIR, CloseFolder> folder{again < 0 ? nullptr : ::fdopendir(again)};
        while (const dirent* const entry = folder ? ::readdir(folder.get()) : nullptr) {
            const std::string name{entry->d_name};
            if (!is_recorded(name) || files_.contains(name))
                continue;
            FileDescriptor file{::openat(data_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
            struct stat status{};
            if (file && ::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode))
                files_[name].file = std::move(file);
        }
    }

    /// Whether there was more.
    bool read_on(GrowingFile& growing)
    {
        const std::uint64_t before = growing.octets;
        while (true) {  // until what is there has been read
            const ssize_t got = ::read(growing.file.get(), room_.data(), room_.size());
            if (got < 0 && errno == EINTR)
                continue;
            if (got <= 0)
                break;
            growing.digest.add(std::as_bytes(std::span{room_.data(), static_cast<std::size_t>(got)}));
            growing.octets += static_cast<std::uint64_t>(got);
        }
        return growing.octets != before;
    }

    FileDescriptor data_;
    FileDescriptor out_;
    const std::optional<evidence::SigningKey>& key_;
    std::map<std::string, GrowingFile> files_;
    evidence::Checkpoint last_;
    std::string last_line_;
    std::vector<char> room_ = std::vector<char>(piece_octets);
    bool failed_ = false;
};

/// What ends the caller's group or terminal does not end this process.
void stand_alone()
{
    ::setsid();
    ::prctl(PR_SET_NAME, "waybill-keeper", 0, 0, 0);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    sigset_t all;
    sigfillset(&all);
    ::sigprocmask(SIG_BLOCK, &all, nullptr);
    static_cast<void>(forbid_new_privileges());  // it executes nothing
}

Failure failure_of(const std::filesystem::path& path)
{
    return {ExitCode::cannot_create, fmt::format("{}: {}", path.string(), std::strerror(errno))};
}

}  // namespace

std::expected<CheckpointKeeper, Failure> CheckpointKeeper::start(const CaseFolder& folder,
                                                                 const std::optional<evidence::SigningKey>& key)
{
    const std::filesystem::path path = folder.folder() / evidence::checkpoints_file;
    FileDescriptor data{::open(folder.data().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    FileDescriptor out{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644)};
    std::array<int, 2> ends{};
    if (!data || !out || ::pipe2(ends.data(), O_CLOEXEC) != 0)
        return std::unexpected(failure_of(path));
    const FileDescriptor read_end{ends[0]};
    FileDescriptor write_end{ends[1]};
    const pid_t process = ::fork();
    if (process < 0)
        return std::unexpected(failure_of(path));
    if (process == 0) {
        stand_alone();
        write_end.reset();
        close_all_but({read_end.get(), data.get(), out.get()});
        ::_exit(Keeping{std::move(data), std::move(out), key}.run(read_end) ? 0 : 1);
    }
    return CheckpointKeeper{ChildProcess{process}, std::move(write_end)};
}

bool CheckpointKeeper::finish()
{
    const bool told = write_all(word_.get(), std::string_view{&ended, 1}).has_value();
    word_.reset();
    return process_.wait() == 0 && told;
}

}  // namespace waybill
