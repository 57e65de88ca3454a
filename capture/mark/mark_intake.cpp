#include "capture/mark/mark_intake.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/file.h"
#include "capture/mark/marks_file.h"
#include "capture/wall_clock.h"

namespace waybill {

MarkIntake::MarkIntake(FileDescriptor pipe, FileDescriptor file) : pipe_{std::move(pipe)}, file_{std::move(file)}
{
    if (const auto written = write_all(file_.get(), marks_file::header()); !written)
        failure_ = "marks can't be written: " + written.error();
}

std::error_code MarkIntake::attach(Loop& loop)
{
    return loop.watch(pipe_.get(), [this] { read(); });
}

bool MarkIntake::read()
{
    std::array<char, 4096> octets{};
    const Timestamp now = wall_clock();
    const ssize_t count = ::read(pipe_.get(), octets.data(), octets.size());
    if (count > 0)
        write(lines_.add({octets.data(), static_cast<std::size_t>(count)}), now);
    return count > 0;
}

void MarkIntake::write(const std::vector<std::string>& labels, Timestamp at)
{
    last_ = std::max(last_, at);  // a wall clock can be set back
    std::string lines;
    for (const std::string& label : labels) {
        if (marks_ == Mark::most) {
            ++refused_;
            continue;
        }
        ++marks_;
        lines += marks_file::line({last_, label});
    }
    if (const auto written = write_all(file_.get(), lines); !written && !failure_)
        failure_ = "marks can't be written: " + written.error();
}

void MarkIntake::finish(Loop& loop)
{
    constexpr int most_reads = 256;  // a pipe's worth of 1 MiB (pipe(7)): who goes on writing is not waited for
    loop.forget(pipe_.get());
    for (int reads = 0; reads < most_reads && read(); ++reads)
        continue;
    write(lines_.finish(), wall_clock());
}

}  // namespace waybill
